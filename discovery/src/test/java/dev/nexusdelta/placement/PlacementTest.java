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
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PlacementTest {
  private static final Patience PATIENCE =
      new Patience(Duration.ofSeconds(30), Duration.ofMinutes(5));

  private final Map<String, Map<String, HostedAgent>> hosts = new TreeMap<>();
  private final Map<String, Integer> cpus = new HashMap<>();
  private final Map<String, Long> memory = new HashMap<>();
  private final Set<String> draining = new HashSet<>();
  private Memory before = Memory.NOTHING;
  private long now = Duration.ofHours(1).toNanos();

  private void host(String name, HostedAgent... math) {
    hosts.put(name, math.length == 0 ? Map.of() : Map.of("math", math[0]));
  }

  private static HostedAgent holds(String code, int count) {
    return new HostedAgent(1, code, count, count, count, count, 0, false, false, "", 0);
  }

  private static HostedAgent fails(String code, int ready) {
    return new HostedAgent(1, code, ready, ready, ready, 0, 0, false, true, "exit code 1", 0);
  }

  private static Need math(int total) {
    return new Need("math", 1, total, false, "c", 0);
  }

  private Spread decide(int total) {
    return decide(math(total)).get("math");
  }

  private Map<String, Spread> decide(Need... needs) {
    List<Host> all = new ArrayList<>();
    hosts.forEach(
        (name, agents) ->
            all.add(
                new Host(
                    new HostReport(
                        name,
                        1,
                        1,
                        Set.of(name.startsWith("docker") ? "docker" : "process"),
                        cpus.getOrDefault(name, 2),
                        memory.getOrDefault(name, 0L),
                        agents),
                    draining.contains(name))));
    Placement.Decision decision = Placement.decide(List.of(needs), all, before, PATIENCE, now);
    before = decision.memory();
    return decision.agents();
  }

  @Test
  void spreadsOverHostsThatHoldTheCode() {
    host("a", holds("c", 0));
    host("b", holds("c", 0));
    host("other", holds("x", 0));
    host("none", holds("", 0));
    Spread spread = decide(3);
    assertThat(spread.shares()).isEqualTo(Map.of("a", 2, "b", 1, "other", 0, "none", 0));
    assertThat(spread.reasons())
        .isEqualTo(Map.of("other", "holds other code of it", "none", "holds no code of it"));
    assertThat(spread.unplaced()).isZero();
  }

  @Test
  void fewestReplicasPerProcessorComeFirst() {
    host("big", holds("c", 0));
    host("small", holds("c", 0));
    cpus.put("big", 6);
    assertThat(decide(4).shares()).isEqualTo(Map.of("big", 3, "small", 1));
  }

  @Test
  void theFirstReplicaGoesWhereLeastOfAllRuns() {
    host("a", holds("c", 0));
    host("b", holds("c", 0));
    Need other = new Need("another", 1, 1, false, "", 0);
    Map<String, Spread> spreads = decide(other, math(1));
    assertThat(spreads.get("another").share("a")).isEqualTo(1);
    assertThat(spreads.get("math").share("b")).isEqualTo(1);
  }

  @Test
  void hostsAreAdoptedAsTheyAreAndOnlySurplusGoes() {
    host("a", holds("c", 3));
    host("b", holds("c", 0));
    assertThat(decide(3).shares()).isEqualTo(Map.of("a", 3, "b", 0));
    before = Memory.NOTHING;
    assertThat(decide(2).shares()).isEqualTo(Map.of("a", 2, "b", 0));
    before = Memory.NOTHING;
    assertThat(decide(5).shares()).isEqualTo(Map.of("a", 3, "b", 2));
  }

  @Test
  void takesAwayWhatIsNotReadyThenFromTheFullest() {
    host("a", holds("c", 3));
    host("b", new HostedAgent(1, "c", 2, 2, 1, 1, 1, false, false, "", 0));
    assertThat(decide(4).shares()).isEqualTo(Map.of("a", 3, "b", 1));
    assertThat(decide(2).shares()).isEqualTo(Map.of("a", 1, "b", 1));
  }

  @Test
  void aLostHostCountsForHalfAMinute() {
    host("a", holds("c", 1));
    host("b", holds("c", 1));
    decide(2);
    hosts.remove("b");
    assertThat(decide(2).shares()).isEqualTo(Map.of("a", 1, "b", 1));
    now += Duration.ofSeconds(30).toNanos() - 1;
    assertThat(decide(2).shares()).isEqualTo(Map.of("a", 1, "b", 1));
    now += 1;
    assertThat(decide(2).shares()).isEqualTo(Map.of("a", 2));
    // Back with what it had: of three, one is too many, and it is the one that does not serve yet.
    host("a", new HostedAgent(1, "c", 2, 2, 1, 1, 1, false, false, "", 0));
    host("b", holds("c", 1));
    assertThat(decide(2).shares()).isEqualTo(Map.of("a", 1, "b", 1));
  }

  @Test
  void aHostThatIsBackInTimeKeepsItsShare() {
    host("a", holds("c", 1));
    host("b", holds("c", 1));
    decide(2);
    hosts.remove("b");
    decide(2);
    now += Duration.ofSeconds(20).toNanos();
    host("b", holds("c", 0));
    assertThat(decide(2).shares()).isEqualTo(Map.of("a", 1, "b", 1));
    // The next time that it is lost counts from the beginning.
    hosts.remove("b");
    decide(2);
    now += Duration.ofSeconds(20).toNanos();
    assertThat(decide(2).shares()).isEqualTo(Map.of("a", 1, "b", 1));
  }

  @Test
  void aDrainingHostKeepsItsReplicasUntilOthersAreReady() {
    host("a", holds("c", 2));
    host("b", holds("c", 0));
    decide(2);
    draining.add("a");
    Spread begun = decide(2);
    assertThat(begun.shares()).isEqualTo(Map.of("a", 2, "b", 2));
    assertThat(begun.reasons()).isEqualTo(Map.of("a", "draining"));
    host("b", new HostedAgent(1, "c", 2, 2, 1, 1, 1, false, false, "", 0));
    assertThat(decide(2).shares()).isEqualTo(Map.of("a", 1, "b", 2));
    host("b", holds("c", 2));
    assertThat(decide(2).shares()).isEqualTo(Map.of("a", 0, "b", 2));
    draining.clear();
    host("a", holds("c", 0));
    assertThat(decide(2).shares()).isEqualTo(Map.of("a", 0, "b", 2));
  }

  @Test
  void aDrainingHostKeepsWhatNobodyElseCanRun() {
    host("a", holds("c", 2));
    host("b", holds("x", 0));
    decide(2);
    draining.add("a");
    assertThat(decide(3).shares()).isEqualTo(Map.of("a", 2, "b", 0));
    assertThat(decide(3).unplaced()).isEqualTo(1);
    assertThat(decide(1).shares()).isEqualTo(Map.of("a", 1, "b", 0));
  }

  @Test
  void whatFailsOnOneHostGoesToAnother() {
    host("a", fails("c", 0));
    host("b", holds("c", 0));
    before = Memory.NOTHING.with(Map.of("math", Map.of("a", 2, "b", 0)));
    Spread spread = decide(2);
    assertThat(spread.shares()).isEqualTo(Map.of("a", 0, "b", 2));
    assertThat(spread.reasons()).isEqualTo(Map.of("a", "start failed: exit code 1"));
  }

  @Test
  void whatServesOnAFailingHostStays() {
    host("a", fails("c", 1));
    host("b", holds("c", 0));
    before = Memory.NOTHING.with(Map.of("math", Map.of("a", 2, "b", 0)));
    assertThat(decide(2).shares()).isEqualTo(Map.of("a", 1, "b", 1));
  }

  @Test
  void whereAllFailTheyGoOnTrying() {
    host("a", fails("c", 0));
    host("b", fails("c", 0));
    before = Memory.NOTHING.with(Map.of("math", Map.of("a", 2, "b", 0)));
    assertThat(decide(2).shares()).isEqualTo(Map.of("a", 2, "b", 0));
  }

  @Test
  void aFailingHostIsAskedAgainAfterAWhile() {
    host("a", fails("c", 0));
    host("b", holds("c", 0));
    decide(1);
    now += Duration.ofMinutes(5).toNanos();
    assertThat(decide(2).shares()).isEqualTo(Map.of("a", 1, "b", 1));
  }

  @Test
  void anOldFailureSaysNothingOfANewRevision() {
    host("a", fails("c", 0));
    assertThat(decide(new Need("math", 2, 1, false, "c", 0)).get("math").share("a")).isEqualTo(1);
  }

  @Test
  void aNewReleaseLeavesShares() {
    host("a", holds("c", 2));
    host("b", holds("c", 1));
    decide(3);
    host("a", holds("d", 2));
    host("b", holds("d", 1));
    assertThat(decide(new Need("math", 2, 3, false, "d", 0)).get("math").shares())
        .isEqualTo(Map.of("a", 2, "b", 1));
  }

  @Test
  void aNewReleaseMovesToWhereItsCodeIsAndTheOldServesMeanwhile() {
    host("a", holds("c", 1));
    host("b", holds("c", 1));
    decide(2);
    host("a", new HostedAgent(2, "d", 1, 1, 1, 0, 0, false, false, "", 0));
    Need next = new Need("math", 2, 2, false, "d", 0);
    // Who does not know of it yet may hold it all the same.
    assertThat(decide(next).get("math").shares()).isEqualTo(Map.of("a", 1, "b", 1));
    host("b", new HostedAgent(2, "c", 1, 1, 1, 0, 0, false, false, "", 0));
    assertThat(decide(next).get("math").shares()).isEqualTo(Map.of("a", 2, "b", 1));
    host("a", new HostedAgent(2, "d", 2, 2, 2, 2, 0, false, false, "", 0));
    assertThat(decide(next).get("math").shares()).isEqualTo(Map.of("a", 2, "b", 0));
  }

  @Test
  void whatServesTheReleaseHoldsItsCodeWhateverIsInTheFolder() {
    host("a", holds("changed", 1));
    assertThat(decide(2).shares()).isEqualTo(Map.of("a", 2));
  }

  @Test
  void containersGoToEnginesOnly() {
    host("a");
    host("docker-1");
    Spread spread = decide(new Need("math", 1, 2, true, "", 0)).get("math");
    assertThat(spread.shares()).isEqualTo(Map.of("a", 0, "docker-1", 2));
    assertThat(spread.reasons())
        .isEqualTo(Map.of("a", "host docker is wanted, its host is process"));
  }

  @Test
  void memoryBoundsWhatIsAddedAndEndsNothing() {
    host("a", holds("c", 3));
    host("b", holds("c", 0));
    memory.put("a", 200L);
    memory.put("b", 250L);
    Spread spread = decide(new Need("math", 1, 6, false, "c", 100)).get("math");
    assertThat(spread.shares()).isEqualTo(Map.of("a", 3, "b", 2));
    assertThat(spread.unplaced()).isEqualTo(1);
    assertThat(spread.reasons()).isEqualTo(Map.of("a", "no room: memory", "b", "no room: memory"));
  }

  @Test
  void whatNobodyCanRunIsUnplaced() {
    host("a", holds("x", 0));
    Spread spread = decide(2);
    assertThat(spread.shares()).isEqualTo(Map.of("a", 0));
    assertThat(spread.unplaced()).isEqualTo(2);
  }
}
