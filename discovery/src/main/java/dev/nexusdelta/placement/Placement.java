package dev.nexusdelta.placement;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Decides how many replicas of each agent run on which host. Pure and level-triggered: asked again
 * with what it has decided, it changes nothing.
 *
 * <p>What runs stays where it is; what is missing goes where the fewest replicas per processor are,
 * of the agent, then of all. Replicas leave a host that drains, that has not the code or whose
 * starts fail, if others can take them: the old ones stay until the new ones are ready. Those of a
 * host that is lost count as there for a while.
 */
public final class Placement {
  private final Set<String> alive = new HashSet<>();
  private final Map<String, Long> lostSince = new HashMap<>();
  private final Map<String, Long> failedSince = new HashMap<>();
  private final List<HostRoom> rooms = new ArrayList<>();
  private final Memory before;
  private final Patience patience;
  private final long now;

  /** A host as the leader sees it. */
  public record Host(HostReport report, boolean draining) {}

  /**
   * How long things are waited for.
   *
   * @param lost so long the replicas of a lost host count as there
   * @param failed so long a host that could not start an agent is not asked again while others can
   */
  public record Patience(Duration lost, Duration failed) {
    /** 30 s for a host to come back, 5 min for a trouble to pass. */
    public static final Patience USUAL =
        new Patience(Duration.ofSeconds(30), Duration.ofMinutes(5));
  }

  /** The shares of all agents asked for, and what is to be remembered for the next time. */
  public record Decision(Map<String, Spread> agents, Memory memory) {}

  private Placement(List<Host> hosts, Memory before, Patience patience, long now) {
    this.before = before;
    this.patience = patience;
    this.now = now;
    hosts.forEach(host -> alive.add(host.report().gateway()));
    hosts.stream()
        .sorted(Comparator.comparing(host -> host.report().gateway()))
        .forEach(host -> rooms.add(new HostRoom(host)));
  }

  /**
   * Decides.
   *
   * @param needs of all agents that are placed; others are forgotten
   * @param hosts that are there
   * @param before what the decision before has left, with the shares that are published
   * @param now nanoseconds, monotonic
   */
  public static Decision decide(
      List<Need> needs, List<Host> hosts, Memory before, Patience patience, long now) {
    return new Placement(hosts, before, patience, now).decide(needs);
  }

  private Decision decide(List<Need> needs) {
    List<Need> all = needs.stream().sorted(Comparator.comparing(Need::agent)).toList();
    Set<String> lost = lost(all);
    Map<String, List<Seat>> seats = new TreeMap<>();
    for (Need need : all) {
      seats.put(need.agent(), seats(need, lost));
    }
    Map<String, Spread> agents = new TreeMap<>();
    Map<String, Map<String, Integer>> shares = new TreeMap<>();
    for (Need need : all) {
      Spread spread = new AgentSpread(need, seats.getOrDefault(need.agent(), List.of())).place();
      agents.put(need.agent(), spread);
      shares.put(need.agent(), spread.shares());
    }
    return new Decision(agents, new Memory(shares, lostSince, failedSince));
  }

  /** Hosts that are away and had replicas, and whose time is not over. */
  private Set<String> lost(List<Need> needs) {
    Set<String> lost = new HashSet<>();
    for (Need need : needs) {
      before
          .shares()
          .getOrDefault(need.agent(), Map.of())
          .forEach(
              (gateway, share) -> {
                if (share > 0 && !alive.contains(gateway)) {
                  long since = before.lostSince().getOrDefault(gateway, now);
                  lostSince.put(gateway, since);
                  if (now - since < patience.lost().toNanos()) {
                    lost.add(gateway);
                  }
                }
              });
    }
    return lost;
  }

  private List<Seat> seats(Need need, Set<String> lost) {
    Map<String, Integer> had = before.shares().getOrDefault(need.agent(), Map.of());
    boolean sent = rooms.stream().anyMatch(room -> sends(room.report().agent(need.agent()), need));
    List<Seat> seats = new ArrayList<>();
    for (HostRoom room : rooms) {
      HostedAgent hosted = room.report().agent(need.agent());
      // One that has come back, or was never told anything, has what it has.
      Integer told = had.get(room.report().gateway());
      int have = told == null ? hosted.staying() : told;
      seats.add(Seat.of(need, room, hosted, have, sent, failing(need, room, hosted)));
    }
    had.forEach(
        (gateway, share) -> {
          if (lost.contains(gateway) && share > 0) {
            seats.add(Seat.lost(gateway, share));
          }
        });
    return seats;
  }

  private static boolean sends(HostedAgent hosted, Need need) {
    return hosted.travels() && hosted.code().equals(need.code());
  }

  private boolean failing(Need need, HostRoom room, HostedAgent hosted) {
    if (!hosted.fails(need.revision())) {
      return false;
    }
    String key = need.agent() + "@" + room.report().gateway();
    long since = before.failedSince().getOrDefault(key, now);
    failedSince.put(key, since);
    return now - since < patience.failed().toNanos();
  }
}
