package dev.nexusdelta.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.placement.Placement.Host;
import dev.nexusdelta.placement.Placement.Patience;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Hosts that obey in their own time, go, come back, drain, fail and change their code; after every
 * decision its laws hold.
 */
class PlacementPropertyTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final List<String> AGENTS = List.of("data", "image", "math");
  private static final int STEPS = 1_000;

  /** One machine. */
  private static final class Machine {
    final String name;
    final int cpus;
    final Map<String, String> code = new HashMap<>();
    final Map<String, Integer> running = new HashMap<>();
    final Map<String, Integer> ready = new HashMap<>();
    final Set<String> broken = new HashSet<>();
    boolean up = true;
    boolean draining;
    long downSince;

    Machine(String name, int cpus) {
      this.name = name;
      this.cpus = cpus;
    }

    HostedAgent agent(String key, int share) {
      int there = running.getOrDefault(key, 0);
      int serving = ready.getOrDefault(key, 0);
      boolean stuck = broken.contains(key) && share > serving;
      return new HostedAgent(
          1,
          code.getOrDefault(key, ""),
          there,
          there,
          serving,
          code.getOrDefault(key, "").equals("c") ? serving : 0,
          there - serving,
          false,
          stuck,
          stuck ? "exit code 1" : "",
          0);
    }
  }

  private final Map<String, Machine> machines = new TreeMap<>();
  private final Map<String, Integer> totals = new HashMap<>();
  private Memory memory = Memory.NOTHING;
  private long now;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void theLawsHoldWhateverHappens(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 1 + random.nextInt(4); i++) {
      Machine machine = new Machine("gw-" + i, 1 + random.nextInt(4));
      AGENTS.forEach(agent -> machine.code.put(agent, random.nextInt(4) == 0 ? "x" : "c"));
      machines.put(machine.name, machine);
    }
    for (int step = 0; step < STEPS; step++) {
      now += SECOND * random.nextInt(8);
      happen(random);
      decideAndCheck("seed " + seed + " step " + step);
      obey(random);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {21, 22, 23, 24, 25, 26, 27, 28})
  void whatIsLeftAloneComesToRest(long seed) {
    theLawsHoldWhateverHappens(seed);
    machines.values().forEach(machine -> machine.up = true);
    machines.values().forEach(machine -> machine.broken.clear());
    now += Duration.ofMinutes(10).toNanos();
    Map<String, Spread> last = Map.of();
    for (int round = 0; round < 30; round++) {
      last = decideAndCheck("rest " + round);
      machines.values().forEach(this::settle);
    }
    assertThat(decideAndCheck("at rest")).isEqualTo(last);
    last.forEach(
        (agent, spread) ->
            assertThat(sum(spread))
                .as("%s %s", agent, spread)
                .isEqualTo(spread.total() - spread.unplaced()));
  }

  private void happen(Random random) {
    List<Machine> all = List.copyOf(machines.values());
    Machine machine = all.get(random.nextInt(all.size()));
    String agent = AGENTS.get(random.nextInt(AGENTS.size()));
    switch (random.nextInt(9)) {
      case 0 -> totals.put(agent, random.nextInt(7));
      case 1 -> {
        machine.up = !machine.up;
        machine.downSince = now;
      }
      case 2 -> machine.draining = !machine.draining;
      case 3 -> machine.code.put(agent, random.nextInt(3) == 0 ? "x" : "c");
      case 4 -> machine.broken.add(agent);
      case 5 -> machine.broken.remove(agent);
      case 6 -> machine.ready.merge(agent, 0, (was, zero) -> random.nextInt(was + 1));
      default -> {
        // A quiet second.
      }
    }
  }

  private void obey(Random random) {
    for (Machine machine : machines.values()) {
      if (machine.up && random.nextInt(3) > 0) {
        settle(machine);
      }
    }
  }

  private void settle(Machine machine) {
    for (String agent : AGENTS) {
      int share = memory.shares().get(agent).getOrDefault(machine.name, 0);
      int serving = Math.min(share, machine.ready.getOrDefault(agent, 0));
      boolean starts =
          !machine.broken.contains(agent) && machine.code.getOrDefault(agent, "").equals("c");
      machine.running.put(agent, share);
      machine.ready.put(agent, starts ? share : serving);
    }
  }

  private Map<String, Spread> decideAndCheck(String where) {
    List<Need> needs = new ArrayList<>();
    AGENTS.forEach(
        agent -> needs.add(new Need(agent, 1, totals.getOrDefault(agent, 1), false, "c", 0)));
    List<Host> hosts = new ArrayList<>();
    for (Machine machine : machines.values()) {
      if (machine.up) {
        Map<String, HostedAgent> agents = new HashMap<>();
        for (String agent : AGENTS) {
          int share = before(agent).getOrDefault(machine.name, 0);
          agents.put(agent, machine.agent(agent, share));
        }
        hosts.add(
            new Host(
                new HostReport(machine.name, 1, 1, Set.of("process"), machine.cpus, 0, agents),
                machine.draining));
      }
    }
    Memory was = memory;
    Placement.Decision decision = Placement.decide(needs, hosts, was, Patience.USUAL, now);
    for (Need need : needs) {
      Spread spread = decision.agents().get(need.agent());
      check(where + " " + need + " " + spread + " of " + hosts, need, spread, hosts);
    }
    memory = decision.memory();
    // The same again: nothing more.
    Placement.Decision again = Placement.decide(needs, hosts, memory, Patience.USUAL, now);
    assertThat(again.agents()).as(where).isEqualTo(decision.agents());
    return decision.agents();
  }

  private Map<String, Integer> before(String agent) {
    return memory.shares().getOrDefault(agent, Map.of());
  }

  private void check(String where, Need need, Spread spread, List<Host> hosts) {
    Map<String, Integer> had = before(need.agent());
    int able = 0;
    int moved = 0;
    int stays = 0;
    for (Host host : hosts) {
      String gateway = host.report().gateway();
      HostedAgent hosted = host.report().agent(need.agent());
      int have = had.getOrDefault(gateway, hosted.staying());
      int share = spread.share(gateway);
      boolean fit = hosted.code().equals("c") || hosted.target() > 0;
      boolean fails = hosted.stuck() && failedFor(need, gateway) < Duration.ofMinutes(5).toNanos();
      moved += Math.max(0, share - have);
      if (fit && !host.draining() && !fails) {
        able++;
        stays += have;
      } else if (fit && !host.draining()) {
        stays += Math.min(have, hosted.ready());
      } else {
        assertThat(share).as("nothing new where it may not be: " + where).isLessThanOrEqualTo(have);
      }
    }
    int lost = lost(need, spread, hosts, where);
    if (able > 0) {
      assertThat(spread.unplaced()).as(where).isZero();
      assertThat(sum(spread)).as(where).isGreaterThanOrEqualTo(need.total());
      assertThat(moved)
          .as("no more moves than needed: " + where)
          .isEqualTo(Math.max(0, need.total() - stays - lost));
      unableOnesOnlyHelpOut(where, need, spread, hosts);
    }
    assertThat(sum(spread) + spread.unplaced()).as(where).isGreaterThanOrEqualTo(need.total());
  }

  /** What an unable host has beyond that it serves well is only there until others are ready. */
  private void unableOnesOnlyHelpOut(String where, Need need, Spread spread, List<Host> hosts) {
    int unable = 0;
    int serving = 0;
    for (Host host : hosts) {
      HostedAgent hosted = host.report().agent(need.agent());
      int share = spread.share(host.report().gateway());
      boolean fit = hosted.code().equals("c") || hosted.target() > 0;
      if (!fit || host.draining()) {
        unable += share;
        assertThat(share).as(where).isLessThanOrEqualTo(hosted.ready());
      } else {
        serving += Math.min(share, hosted.ready());
      }
    }
    for (Map.Entry<String, Integer> share : spread.shares().entrySet()) {
      if (hosts.stream().noneMatch(host -> host.report().gateway().equals(share.getKey()))) {
        serving += share.getValue();
      }
    }
    assertThat(unable)
        .as("what must go is gone once others serve: " + where)
        .isLessThanOrEqualTo(Math.max(0, need.total() - serving));
  }

  private int lost(Need need, Spread spread, List<Host> hosts, String where) {
    int lost = 0;
    for (Map.Entry<String, Integer> had : before(need.agent()).entrySet()) {
      String gateway = had.getKey();
      boolean there = hosts.stream().anyMatch(host -> host.report().gateway().equals(gateway));
      if (!there && had.getValue() > 0) {
        long since = memory.lostSince().getOrDefault(gateway, now);
        boolean counts = now - since < Duration.ofSeconds(30).toNanos();
        lost += counts ? had.getValue() : 0;
        assertThat(spread.share(gateway))
            .as("a lost host: " + where)
            .isLessThanOrEqualTo(counts ? had.getValue() : 0);
      }
    }
    return lost;
  }

  private long failedFor(Need need, String gateway) {
    return now - memory.failedSince().getOrDefault(need.agent() + "@" + gateway, now);
  }

  private static int sum(Spread spread) {
    return spread.shares().values().stream().mapToInt(Integer::intValue).sum();
  }
}
