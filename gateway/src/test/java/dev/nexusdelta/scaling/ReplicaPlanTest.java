package dev.nexusdelta.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.host.ObservedReplica;
import dev.nexusdelta.manifest.AgentName;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ReplicaPlanTest {
  private static final long NOW = 1_000_000_000L;

  @Test
  void startsWhatIsMissingWithTheLowestFreeOrdinals() {
    ReplicaPlan plan =
        ReplicaPlan.of(
            4, List.of(replica("b", 2, 10, false)), Set.of(2, 3), List.of(), BackOff.NONE, NOW);

    assertThat(plan.starts()).containsExactly(1, 4, 5);
    assertThat(plan.stops()).isEmpty();
    assertThat(plan.wakeAt()).isEmpty();
  }

  @Test
  void doesNothingWhenAsManyRunAsAreWanted() {
    ReplicaPlan plan =
        ReplicaPlan.of(
            1, List.of(replica("a", 1, 10, false)), Set.of(1), List.of("a"), BackOff.NONE, NOW);

    assertThat(plan).isEqualTo(new ReplicaPlan(List.of(), List.of(), OptionalLong.empty()));
  }

  @Test
  void doesNotCountReplicasOnTheirWayOut() {
    ReplicaPlan plan =
        ReplicaPlan.of(
            1, List.of(replica("a", 1, 10, true)), Set.of(1), List.of(), BackOff.NONE, NOW);

    assertThat(plan.starts()).containsExactly(2);
  }

  @Test
  void stopsPreferredVictimsFirstThenTheNewest() {
    List<ObservedReplica> observed =
        List.of(
            replica("old", 1, 10, false),
            replica("wished", 2, 20, false),
            replica("newer", 3, 30, false),
            replica("newest", 4, 40, false));

    ReplicaPlan plan =
        ReplicaPlan.of(
            1, observed, Set.of(1, 2, 3, 4), List.of("gone", "wished"), BackOff.NONE, NOW);

    assertThat(plan.stops()).containsExactly("wished", "newest", "newer");
  }

  @Test
  void ofReplicasOfOneMomentTheHigherOrdinalIsNewer() {
    List<ObservedReplica> observed =
        List.of(replica("one", 1, 10, false), replica("two", 2, 10, false));

    assertThat(ReplicaPlan.of(1, observed, Set.of(1, 2), List.of(), BackOff.NONE, NOW).stops())
        .containsExactly("two");
  }

  @Test
  void wantingNoneStopsAllButThoseStoppingAlready() {
    List<ObservedReplica> observed =
        List.of(replica("one", 1, 10, false), replica("two", 2, 10, true));

    assertThat(ReplicaPlan.of(0, observed, Set.of(1, 2), List.of(), BackOff.NONE, NOW).stops())
        .containsExactly("one");
  }

  @Test
  void waitsForTheBackOff() {
    BackOff backOff = BackOff.NONE.failed(NOW - 5, NOW);

    ReplicaPlan plan = ReplicaPlan.of(2, List.of(), Set.of(), List.of(), backOff, NOW + 1);

    assertThat(plan.starts()).isEmpty();
    assertThat(plan.wakeAt()).hasValue(backOff.notBefore());
  }

  @Test
  void wakesForTheRestWhenALoopLetsOneStart() {
    BackOff loop = new BackOff(3, NOW - 500_000_000, NOW - 1);

    ReplicaPlan plan = ReplicaPlan.of(3, List.of(), Set.of(), List.of(), loop, NOW);

    assertThat(plan.starts()).containsExactly(1);
    assertThat(plan.wakeAt()).hasValue(NOW + loop.delay().toNanos());
  }

  private static ObservedReplica replica(String id, int ordinal, long since, boolean stopping) {
    return ObservedReplica.builder(
            id, new AgentName("A"), "r1", ordinal, "127.0.0.1", 8081, Instant.ofEpochSecond(since))
        .stopping(stopping)
        .build();
  }
}
