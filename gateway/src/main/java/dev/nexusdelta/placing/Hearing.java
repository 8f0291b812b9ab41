package dev.nexusdelta.placing;

import dev.nexusdelta.fleet.AgentStatus.Place;
import dev.nexusdelta.fleet.ClusterPart;
import dev.nexusdelta.fleet.ClusterPart.Others;
import dev.nexusdelta.placement.Assignment;
import dev.nexusdelta.placement.HostReport;
import dev.nexusdelta.placement.HostedAgent;
import dev.nexusdelta.placement.Placement.Host;
import dev.nexusdelta.placement.Spread;
import java.time.Duration;
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
  private static final String NOTHING = "no majority: nothing is started elsewhere";

  private Hearing() {}

  /**
   * What is said of an agent.
   *
   * @param self name of this gateway
   * @param leads whether this gateway decides
   * @param rule whether anybody does
   */
  static ClusterPart of(String agent, Board board, String self, boolean leads, Rule rule) {
    Optional<Spread> spread = board.assignment(agent).map(Assignment::spread);
    List<Host> hosts = board.hosts();
    boolean nowhere = rule.isOver() && nowhere(agent, spread, hosts);
    boolean stuck = nowhere || spread.filter(said -> stuck(agent, said, hosts)).isPresent();
    String away = nowhere ? "" : spread.map(said -> away(said, board, rule)).orElse("");
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
        nowhere ? NOTHING : stuck ? reason(spread.orElseThrow()) : away,
        spread.map(said -> places(agent, said, board, rule)).orElse(List.of()));
  }

  /**
   * Whether a gateway leads, or may soon.
   *
   * @param isOver none has been known to for as long as {@code patience}
   * @param patience so long what a lost host ran counts as there
   */
  record Rule(boolean isOver, Duration patience) {}

  /** No host that is there has any of it, or is to have some. */
  private static boolean nowhere(String agent, Optional<Spread> spread, List<Host> hosts) {
    return spread.map(said -> said.total() > 0).orElse(true)
        && hosts.stream()
            .map(Host::report)
            .noneMatch(
                report ->
                    report.agent(agent).present() > 0
                        || spread.map(said -> said.share(report.gateway()) > 0).orElse(false));
  }

  /** Why some of it may be missing, though nothing is wrong with it. */
  private static String away(Spread spread, Board board, Rule rule) {
    List<String> away =
        spread.shares().keySet().stream()
            .filter(gateway -> spread.share(gateway) > 0 && board.host(gateway) == null)
            .sorted()
            .toList();
    if (away.isEmpty()) {
      return "";
    }
    return String.join(", ", away)
        + (away.size() == 1 ? " is away" : " are away")
        + (rule.isOver()
            ? "; " + NOTHING
            : ": what ran there counts as there for " + rule.patience().toSeconds() + " s");
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

  private static String reason(Spread spread) {
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

  private static List<Place> places(String agent, Spread spread, Board board, Rule rule) {
    Set<String> gateways = new TreeSet<>(spread.shares().keySet());
    board.hosts().forEach(host -> gateways.add(host.report().gateway()));
    List<Place> places = new ArrayList<>();
    for (String gateway : gateways) {
      HostReport report = board.host(gateway);
      boolean lost = report == null && spread.share(gateway) > 0 && rule.isOver();
      places.add(
          new Place(
              gateway,
              spread.share(gateway),
              report == null ? 0 : report.agent(agent).ready(),
              lost ? "it is away; " + NOTHING : spread.reasons().getOrDefault(gateway, "")));
    }
    return places;
  }
}
