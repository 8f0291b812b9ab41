package dev.nexusdelta.placing;

import dev.nexusdelta.fleet.AgentStatus.Place;
import dev.nexusdelta.fleet.ClusterPart;
import dev.nexusdelta.fleet.ClusterPart.Others;
import dev.nexusdelta.placement.Assignment;
import dev.nexusdelta.placement.HostReport;
import dev.nexusdelta.placement.HostedAgent;
import dev.nexusdelta.placement.Placement.Host;
import dev.nexusdelta.placement.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** What a gateway makes of all it has heard of one agent. Pure. */
final class Hearing {
  private static final int LONGEST_REASON = 500;

  private Hearing() {}

  /**
   * What is said of an agent.
   *
   * @param self name of this gateway
   * @param leads whether this gateway decides
   */
  static ClusterPart of(String agent, Board board, String self, boolean leads) {
    Optional<Spread> spread = board.assignment(agent).map(Assignment::spread);
    List<Host> hosts = board.hosts();
    boolean stuck = spread.filter(said -> stuck(agent, said, hosts)).isPresent();
    return new ClusterPart(
        spread
            .filter(said -> said.shares().containsKey(self))
            .map(said -> OptionalInt.of(said.share(self)))
            .orElse(OptionalInt.empty()),
        leads ? OptionalInt.empty() : spread.map(Hearing::total).orElse(OptionalInt.empty()),
        spread.map(said -> followed(agent, said, hosts, self)).orElse(0L),
        others(agent, hosts, self),
        others(hosts, self).stream().anyMatch(host -> host.report().agent(agent).gaveUp()),
        stuck,
        stuck ? reason(agent, spread.orElseThrow(), hosts) : "",
        spread.map(said -> places(agent, said, board)).orElse(List.of()));
  }

  private static OptionalInt total(Spread spread) {
    return OptionalInt.of(spread.total());
  }

  private static List<Host> others(List<Host> hosts, String self) {
    return hosts.stream().filter(host -> !host.report().gateway().equals(self)).toList();
  }

  private static Others others(String agent, List<Host> hosts, String self) {
    Others sum = Others.NONE;
    for (Host host : others(hosts, self)) {
      HostedAgent there = host.report().agent(agent);
      sum =
          new Others(
              sum.present() + there.present(),
              sum.staying() + there.staying(),
              sum.ready() + there.ready(),
              sum.target() + there.target(),
              sum.starting() + there.starting());
    }
    return sum;
  }

  /** Up to which revision the leader and the other hosts that are to run some are. */
  private static long followed(String agent, Spread spread, List<Host> hosts, String self) {
    long followed = spread.revision();
    for (Host host : others(hosts, self)) {
      if (spread.share(host.report().gateway()) > 0) {
        followed = Math.min(followed, host.report().agent(agent).revision());
      }
    }
    return followed;
  }

  /** Whether all hosts have been asked, and together they cannot bring it up. */
  private static boolean stuck(String agent, Spread spread, List<Host> hosts) {
    return spread.asked()
        && spread.total() > 0
        && (spread.unplaced() > 0
            || hosts.stream().anyMatch(host -> failsThere(agent, spread, host.report())));
  }

  /** The leader knows that it fails there, and has no better place for it. */
  private static boolean failsThere(String agent, Spread spread, HostReport report) {
    HostedAgent there = report.agent(agent);
    return there.stuck()
        && there.revision() >= spread.revision()
        && spread.reasons().containsKey(report.gateway())
        && spread.share(report.gateway()) > there.ready();
  }

  private static String reason(String agent, Spread spread, List<Host> hosts) {
    List<String> reasons = new ArrayList<>();
    for (Map.Entry<String, String> each : spread.reasons().entrySet()) {
      reasons.add(each.getKey() + ": " + each.getValue());
    }
    String why = String.join("; ", reasons);
    String text =
        spread.unplaced() > 0
            ? spread.unplaced()
                + " of "
                + spread.total()
                + " replica(s) can run on no host"
                + (why.isEmpty() ? "" : ": " + why)
            : why;
    return text.length() <= LONGEST_REASON ? text : text.substring(0, LONGEST_REASON) + "…";
  }

  private static List<Place> places(String agent, Spread spread, Board board) {
    Set<String> gateways = new TreeSet<>(spread.shares().keySet());
    board.hosts().forEach(host -> gateways.add(host.report().gateway()));
    List<Place> places = new ArrayList<>();
    for (String gateway : gateways) {
      HostReport report = board.host(gateway);
      places.add(
          new Place(
              gateway,
              spread.share(gateway),
              report == null ? 0 : report.agent(agent).ready(),
              spread.reasons().getOrDefault(gateway, "")));
    }
    return places;
  }
}
