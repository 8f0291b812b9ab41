package dev.nexusdelta.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.fleet.RolloutAction.Apply;
import dev.nexusdelta.fleet.RolloutAction.Drain;
import dev.nexusdelta.fleet.RolloutAction.Prepare;
import dev.nexusdelta.fleet.RolloutFacts.Build;
import dev.nexusdelta.fleet.RolloutFacts.Copy;
import dev.nexusdelta.fleet.RolloutFacts.Release;
import dev.nexusdelta.health.Phase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RolloutTest {
  private final List<Release> releases = new ArrayList<>();
  private final List<Copy> copies = new ArrayList<>();
  private boolean countable = true;

  private void release(String id, Build build, int applied, boolean told, boolean served) {
    releases.add(new Release(id, build, applied, told, served, false));
  }

  private void copy(String id, Phase phase) {
    copy(id, phase, false, 0, copies.size());
  }

  private void copy(String id, Phase phase, boolean drained, int inFlight, int age) {
    copies.add(
        new Copy(
            id,
            id.substring(0, 1),
            copies.size() + 1,
            phase,
            drained,
            Instant.ofEpochSecond(age),
            inFlight));
  }

  private List<RolloutAction> decide(int wanted, String target) {
    return decide(wanted, target, false);
  }

  private List<RolloutAction> decide(int wanted, String target, boolean gaveUp) {
    return Rollout.decide(facts(wanted, target, gaveUp));
  }

  private RolloutFacts facts(int wanted, String target, boolean gaveUp) {
    return new RolloutFacts(wanted, countable, target, gaveUp, releases, copies);
  }

  @Test
  void firstItIsPrepared() {
    release("a", Build.NONE, 0, true, false);
    assertThat(decide(3, "a")).containsExactly(new Prepare("a"));
  }

  @Test
  void waitsForTheBuild() {
    release("a", Build.RUNNING, 0, true, false);
    assertThat(decide(3, "a")).isEmpty();
  }

  @Test
  void aFailedBuildStartsNothing() {
    release("a", Build.FAILED, 0, true, false);
    assertThat(decide(3, "a")).isEmpty();
  }

  @Test
  void theFirstReleaseStartsAllAtOnce() {
    release("a", Build.READY, 0, true, false);
    assertThat(decide(3, "a")).containsExactly(new Apply("a", 3, List.of()));
  }

  @Test
  void whatIsDoneNeedsNothing() {
    release("a", Build.READY, 2, true, true);
    copy("a1", Phase.HEALTHY);
    copy("a2", Phase.STARTING);
    assertThat(decide(2, "a")).isEmpty();
  }

  @Test
  void aMissingReplicaIsTheHostsWork() {
    release("a", Build.READY, 2, true, true);
    copy("a1", Phase.HEALTHY);
    assertThat(decide(2, "a")).isEmpty();
  }

  @Test
  void adoptedReplicasCountAndTheHostIsToldOncePrepared() {
    release("a", Build.NONE, 2, false, true);
    copy("a1", Phase.STARTING);
    copy("a2", Phase.STARTING);
    assertThat(decide(2, "a")).containsExactly(new Prepare("a"));
    releases.set(0, new Release("a", Build.READY, 2, false, true, false));
    assertThat(decide(2, "a")).containsExactly(new Apply("a", 2, List.of()));
  }

  @Test
  void scalesUpAtOnce() {
    release("a", Build.READY, 1, true, true);
    copy("a1", Phase.HEALTHY);
    assertThat(decide(4, "a")).containsExactly(new Apply("a", 4, List.of()));
  }

  @Test
  void scalesDownTheNewestFirst() {
    release("a", Build.READY, 3, true, true);
    copy("a1", Phase.HEALTHY, false, 0, 10);
    copy("a2", Phase.HEALTHY, false, 0, 30);
    copy("a3", Phase.HEALTHY, false, 0, 20);
    assertThat(decide(1, "a"))
        .containsExactly(new Drain("a2", "scaled down"), new Drain("a3", "scaled down"));
  }

  @Test
  void amongEquallyOldTheLeastLoadedGoes() {
    release("a", Build.READY, 3, true, true);
    copy("a1", Phase.HEALTHY, false, 4, 10);
    copy("a2", Phase.HEALTHY, false, 1, 10);
    copy("a3", Phase.HEALTHY, false, 2, 10);
    assertThat(decide(2, "a")).containsExactly(new Drain("a2", "scaled down"));
  }

  @Test
  void whatIsNotReadyGoesBeforeWhatIs() {
    release("a", Build.READY, 3, true, true);
    copy("a1", Phase.EJECTED, false, 0, 1);
    copy("a2", Phase.HEALTHY, false, 0, 30);
    copy("a3", Phase.HEALTHY, false, 0, 20);
    assertThat(decide(2, "a")).containsExactly(new Drain("a1", "scaled down"));
  }

  @Test
  void whatIsNotThereGoesBeforeAll() {
    release("a", Build.READY, 3, true, true);
    copy("a1", Phase.HEALTHY);
    copy("a2", Phase.HEALTHY);
    assertThat(decide(2, "a")).containsExactly(new Apply("a", 2, List.of()));
  }

  @Test
  void theHostKeepsWhatStillDrainsAndEndsWhatHasDrained() {
    release("a", Build.READY, 3, true, true);
    copy("a1", Phase.HEALTHY);
    copy("a2", Phase.DRAINING, false, 1, 0);
    copy("a3", Phase.DRAINING, true, 0, 0);
    assertThat(decide(1, "a")).containsExactly(new Apply("a", 2, List.of("a3")));
  }

  @Test
  void aReplicaThatEndsWhileItDrainsIsNotStartedAgain() {
    release("a", Build.READY, 2, true, true);
    copy("a1", Phase.HEALTHY);
    assertThat(decide(1, "a")).containsExactly(new Apply("a", 1, List.of()));
  }

  @Test
  void stoppingDrainsAllAndTellsTheHostAsTheyEnd() {
    release("a", Build.READY, 2, true, true);
    copy("a1", Phase.HEALTHY);
    copy("a2", Phase.DRAINING, true, 0, 0);
    assertThat(decide(0, "a"))
        .containsExactly(new Drain("a1", "stopped"), new Apply("a", 1, List.of("a2")));
  }

  @Test
  void stoppingACrashLoopTellsTheHostAtOnce() {
    release("a", Build.READY, 2, true, true);
    assertThat(decide(0, "a")).containsExactly(new Apply("a", 0, List.of()));
  }

  @Test
  void aStoppedAgentIsNotBuilt() {
    release("a", Build.NONE, 0, true, false);
    assertThat(decide(0, "a")).isEmpty();
  }

  @Test
  void stoppingEndsWhatTheHostRunsBeyondTheCount() {
    release("a", Build.READY, 1, true, true);
    copy("a1", Phase.HEALTHY);
    copy("a2", Phase.HEALTHY);
    assertThat(decide(0, "a"))
        .containsExactlyInAnyOrder(new Drain("a1", "stopped"), new Drain("a2", "stopped"));
  }

  @Test
  void anotherReleaseStartsOneMoreAndDrainsNothingYet() {
    release("a", Build.READY, 3, true, true);
    release("b", Build.READY, 0, true, false);
    copy("a1", Phase.HEALTHY);
    copy("a2", Phase.HEALTHY);
    copy("a3", Phase.HEALTHY);
    assertThat(decide(3, "b")).containsExactly(new Apply("b", 1, List.of()));
  }

  @Test
  void oneOldDrainsOnceTheNewIsHealthy() {
    release("a", Build.READY, 3, true, true);
    release("b", Build.READY, 1, true, true);
    copy("a1", Phase.HEALTHY);
    copy("a2", Phase.HEALTHY);
    copy("a3", Phase.HEALTHY);
    copy("b1", Phase.HEALTHY);
    assertThat(decide(3, "b")).containsExactly(new Drain("a3", "replaced by release b"));
  }

  @Test
  void theNextNewWaitsForTheDrain() {
    release("a", Build.READY, 3, true, true);
    release("b", Build.READY, 1, true, true);
    copy("a1", Phase.HEALTHY);
    copy("a2", Phase.HEALTHY);
    copy("a3", Phase.DRAINING);
    copy("b1", Phase.HEALTHY);
    assertThat(decide(3, "b")).isEmpty();
    copies.remove(2);
    releases.set(0, new Release("a", Build.READY, 2, true, true, false));
    assertThat(decide(3, "b")).containsExactly(new Apply("b", 2, List.of()));
  }

  @Test
  void aSingleReplicaIsReplacedWithoutAGap() {
    release("a", Build.READY, 1, true, true);
    release("b", Build.READY, 1, true, false);
    copy("a1", Phase.HEALTHY);
    copy("b1", Phase.STARTING);
    assertThat(decide(1, "b")).isEmpty();
    copies.set(1, new Copy("b1", "b", 2, Phase.HEALTHY, false, Instant.EPOCH, 0));
    assertThat(decide(1, "b")).containsExactly(new Drain("a1", "replaced by release b"));
  }

  @Test
  void anOldReleaseThatNeverServedIsDroppedAtOnce() {
    release("a", Build.READY, 2, true, false);
    release("b", Build.READY, 0, true, false);
    copy("a1", Phase.STARTING);
    assertThat(decide(2, "b"))
        .containsExactly(
            new Drain("a1", "replaced by another release"),
            new Apply("a", 1, List.of()),
            new Apply("b", 2, List.of()));
  }

  @Test
  void oldOnesServeOnWhileTheNewIsBuilt() {
    release("a", Build.READY, 2, true, true);
    release("b", Build.RUNNING, 0, true, false);
    copy("a1", Phase.HEALTHY);
    assertThat(decide(3, "b")).containsExactly(new Apply("a", 3, List.of()));
  }

  @Test
  void aFailedReleaseIsStoppedAndTheOldFillsUp() {
    release("a", Build.READY, 1, true, true);
    release("b", Build.READY, 1, true, false);
    copy("a1", Phase.HEALTHY);
    copy("b1", Phase.STARTING);
    assertThat(decide(2, "b", true))
        .containsExactly(new Drain("b1", "its release failed"), new Apply("a", 2, List.of()));
  }

  @Test
  void adoptionInTheMiddleOfAReplacementEndsNothingThatServes() {
    release("a", Build.NONE, 1, false, true);
    release("b", Build.NONE, 1, false, true);
    copy("a1", Phase.STARTING);
    copy("b1", Phase.STARTING);
    assertThat(decide(1, "b")).containsExactly(new Prepare("b"), new Prepare("a"));
    copies.set(1, new Copy("b1", "b", 2, Phase.HEALTHY, false, Instant.EPOCH, 0));
    assertThat(decide(1, "b")).contains(new Drain("a1", "scaled down"));
  }

  @Test
  void anUncountableHostSwitchesAtOnce() {
    countable = false;
    release("a", Build.READY, 1, true, true);
    release("b", Build.READY, 0, true, false);
    copy("a1", Phase.HEALTHY);
    copy("a2", Phase.HEALTHY);
    assertThat(decide(2, "b")).containsExactly(new Apply("b", 2, List.of()));
    releases.set(1, new Release("b", Build.READY, 2, true, true, false));
    copy("b1", Phase.HEALTHY);
    assertThat(decide(2, "b"))
        .containsExactlyInAnyOrder(
            new Drain("a1", "replaced by release b"), new Drain("a2", "replaced by release b"));
  }

  @Test
  void aHostThatRefusedIsToldAgainWhenTheTimeHasCome() {
    releases.add(new Release("a", Build.READY, 2, false, false, true));
    assertThat(decide(2, "a")).isEmpty();
    releases.set(0, new Release("a", Build.READY, 2, false, false, false));
    assertThat(decide(2, "a")).containsExactly(new Apply("a", 2, List.of()));
    releases.set(0, new Release("a", Build.READY, 0, false, false, false));
    assertThat(decide(0, "a")).containsExactly(new Apply("a", 0, List.of()));
  }

  @Test
  void givesUpOnlyWhileAnOldOneServesAndNoneOfTheNewIsReady() {
    release("a", Build.READY, 1, true, true);
    release("b", Build.READY, 1, true, false);
    copy("a1", Phase.HEALTHY);
    RolloutFacts facts = facts(1, "b", false);
    assertThat(Rollout.givesUp(facts, false, 2, false)).isFalse();
    assertThat(Rollout.givesUp(facts, false, 3, false)).isTrue();
    assertThat(Rollout.givesUp(facts, false, 0, true)).isTrue();
    assertThat(Rollout.givesUp(facts, true, 0, false)).isTrue();
    assertThat(Rollout.givesUp(facts(1, "a", false), true, 9, true)).isFalse();
    copy("b1", Phase.HEALTHY);
    assertThat(Rollout.givesUp(facts(1, "b", false), true, 9, true)).isFalse();
  }
}
