package dev.nexusdelta.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.scaling.LoadSample.Mean;
import java.time.Duration;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

final class ScalingPolicyTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Duration LONG = Duration.ofHours(1);

  /** The clock may be anywhere, even about to wrap. */
  private static final long NOW = Long.MAX_VALUE - 5 * SECOND;

  private static final ScalingSettings SETTINGS = settings(0, 8);

  @Test
  void holdsInsideTheBand() {
    assertThat(decide(2, 2, steady(128)).replicas()).isEqualTo(2);
    assertThat(decide(2, 2, steady(127)).replicas()).isEqualTo(2);
    assertThat(decide(2, 2, steady(57)).replicas()).isEqualTo(2);
  }

  @Test
  void raisesAboveTheBandAndSaysByWhat() {
    Decision decision = decide(2, 2, steady(129));

    assertThat(decision).isInstanceOf(Decision.ScaleTo.class);
    assertThat(decision.replicas()).isEqualTo(3);
    assertThat(decision.cause()).isEqualTo("rps");
    assertThat(decision.reason()).contains("129.0 calls/s by target-rps 80.0", "60 s");
    assertThat(decision.wishes())
        .extracting(Decision.Wish::rule)
        .startsWith("stable", "panic", "queue", "demand");
  }

  @Test
  void lowersBelowTheBandByHalfAtMost() {
    assertThat(decide(2, 2, steady(55)).replicas()).isEqualTo(1);
    assertThat(decide(8, 8, steady(20)).replicas()).isEqualTo(4);
  }

  @Test
  void leavesTwoSecondsBetweenTwoStepsDown() {
    ScalingState fresh = ScalingState.fresh(NOW, false);
    ScalingPolicy.Step first = ScalingPolicy.decide(fresh, input(8, 8, steady(20)), SETTINGS, NOW);
    ScalingInput after = input(4, 4, steady(20));

    assertThat(replicas(first.state(), after, NOW + 2 * SECOND - 1)).isEqualTo(4);
    assertThat(replicas(first.state(), after, NOW + 2 * SECOND)).isEqualTo(2);
  }

  @Test
  void aNewLeaderTakesNothingAwayForOneWindow() {
    ScalingState leader = ScalingState.fresh(NOW, true);
    ScalingInput input = input(4, 4, steady(20));

    assertThat(replicas(leader, input, NOW + 60 * SECOND - 1)).isEqualTo(4);
    assertThat(replicas(leader, input, NOW + 60 * SECOND)).isEqualTo(2);
  }

  @Test
  void doesNotChangeAnythingWithoutData() {
    LoadSample unknown =
        new LoadSample(false, Mean.ZERO, Mean.ZERO, Mean.ZERO, 0, false, 0, 0, Duration.ZERO, LONG);
    Decision decision = decide(20, 0, unknown);

    assertThat(decision).isInstanceOf(Decision.NoData.class);
    assertThat(decision.replicas()).isEqualTo(20);
  }

  @Test
  void aCallThatFindsNoneStartsOne() {
    LoadSample called =
        new LoadSample(
            true,
            Mean.ZERO,
            Mean.ZERO,
            new Mean(1, 0.1),
            0,
            false,
            1,
            1,
            Duration.ZERO,
            Duration.ZERO);
    Decision decision = decide(0, 0, called);

    assertThat(decision.replicas()).isEqualTo(1);
    assertThat(decision.cause()).isEqualTo("demand");
  }

  @Test
  void hardlyAnyLoadStillWantsOne() {
    LoadSample rare =
        new LoadSample(
            true,
            new Mean(0.02, 0.0001),
            Mean.ZERO,
            Mean.ZERO,
            0.01,
            true,
            0,
            0,
            Duration.ZERO,
            LONG);

    assertThat(decide(1, 1, rare).replicas()).isEqualTo(1);
  }

  @Test
  void panicNeverLowersAndEndsAWindowAfterItsLastReason() {
    ScalingState fresh = ScalingState.fresh(NOW, false);
    LoadSample burst =
        new LoadSample(
            true,
            new Mean(60, 1),
            new Mean(400, 8),
            new Mean(400, 8),
            0.02,
            true,
            8,
            0,
            Duration.ZERO,
            Duration.ZERO);
    ScalingPolicy.Step panic = ScalingPolicy.decide(fresh, input(2, 2, burst), SETTINGS, NOW);

    assertThat(panic.decision().replicas()).isEqualTo(7);
    assertThat(panic.decision().cause()).isEqualTo("panic");
    ScalingInput after = input(7, 7, steady(20));
    assertThat(replicas(panic.state(), after, NOW + 60 * SECOND - 1)).isEqualTo(7);
    assertThat(replicas(panic.state(), after, NOW + 60 * SECOND)).isEqualTo(4);
  }

  @Test
  void namesWhatBinds() {
    assertThat(decide(2, 2, steady(5_000)).reason()).endsWith("bound by max 8 (79 wanted)");
    ScalingInput full = new ScalingInput(2, 2, 0, steady(400), Duration.ZERO, 3, "fleet.replicas");
    Decision decision = ScalingPolicy.decide(fresh(), full, SETTINGS, NOW).decision();
    assertThat(decision.replicas()).isEqualTo(3);
    assertThat(decision.reason()).endsWith("bound by fleet.replicas (7 wanted)");
    Decision most = decide(8, 8, steady(5_000));
    assertThat(most).isInstanceOf(Decision.Hold.class);
    assertThat(most.cause()).isEqualTo("bound");
  }

  @Test
  void oneStepGoesToTenMoreOrFourTimesWhatIsReady() {
    ScalingSettings wide = settings(0, 1_000);
    ScalingInput one = input(1, 1, steady(50_000));
    ScalingInput eight = input(8, 8, steady(50_000));

    assertThat(ScalingPolicy.decide(fresh(), one, wide, NOW).decision().replicas()).isEqualTo(11);
    assertThat(ScalingPolicy.decide(fresh(), eight, wide, NOW).decision().replicas()).isEqualTo(32);
  }

  @Test
  void replaysARecordingWithOtherSettings() {
    LoadRecording recording = new LoadRecording(300);
    for (int second = 0; second < 300; second++) {
      int rps = second >= 60 && second < 120 ? 400 : 20;
      recording.put(second, rps, rps, 0, rps * 0.02, rps * 0.02);
    }
    Duration second = Duration.ofSeconds(1);
    Replay eight = Replay.run(recording, settings(1, 8), second, 1, FleetRoom.Room.NO_CAP);
    Replay two = Replay.run(recording, settings(1, 2), second, 1, FleetRoom.Room.NO_CAP);

    assertThat(eight.peak()).isBetween(5, 8);
    assertThat(eight.changes().get(0).second()).isEqualTo(60);
    assertThat(eight.changes().get(eight.changes().size() - 1).to()).isEqualTo(1);
    assertThat(eight.shortSeconds()).isLessThan(5);
    assertThat(two.peak()).isEqualTo(2);
    assertThat(two.shortSeconds()).isEqualTo(60);
    assertThat(two.replicaSeconds()).isLessThan(eight.replicaSeconds());
  }

  private static Decision decide(int desired, int ready, LoadSample load) {
    return ScalingPolicy.decide(fresh(), input(desired, ready, load), SETTINGS, NOW).decision();
  }

  private static int replicas(ScalingState state, ScalingInput input, long now) {
    return ScalingPolicy.decide(state, input, SETTINGS, now).decision().replicas();
  }

  private static ScalingState fresh() {
    return ScalingState.fresh(NOW, false);
  }

  private static ScalingInput input(int desired, int ready, LoadSample load) {
    return new ScalingInput(
        desired, ready, desired - ready, load, Duration.ZERO, Integer.MAX_VALUE, "");
  }

  private static LoadSample steady(double rps) {
    Mean mean = new Mean(rps, rps * 0.005);
    return new LoadSample(true, mean, mean, mean, 0.005, true, 1, 0, Duration.ZERO, Duration.ZERO);
  }

  private static ScalingSettings settings(int min, int max) {
    return new ScalingSettings(
        min, max, OptionalDouble.of(80), OptionalDouble.empty(), 2, Duration.ofSeconds(60));
  }
}
