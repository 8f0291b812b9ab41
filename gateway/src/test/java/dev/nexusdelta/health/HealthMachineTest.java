package dev.nexusdelta.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HealthMachineTest {
  private static final HealthSettings SETTINGS =
      new HealthSettings(Duration.ofSeconds(1), Duration.ofSeconds(60));
  private static final long MILLI = 1_000_000L;

  /** Near the end of the clock's range: differences must still work. */
  private long now = Long.MAX_VALUE - 5_000 * MILLI;

  private HealthState state = HealthState.starting(now);

  private HealthMachineTest on(Signal... signals) {
    for (Signal signal : signals) {
      now += 10 * MILLI;
      state = HealthMachine.next(state, signal, SETTINGS, now);
    }
    return this;
  }

  private void is(Phase phase) {
    assertThat(state.phase()).isEqualTo(phase);
  }

  private static final Signal OK = Signal.probeOk();
  private static final Signal BAD = Signal.probeFailed("503");
  private static final Signal BROKE = Signal.callBroke("reset");
  private static final Signal OUTLIER = Signal.outlier("slow");

  @Test
  void oneGoodProbeEndsTheStart() {
    on(BAD, BAD, OK).is(Phase.HEALTHY);
    assertThat(state.reason()).isEmpty();
  }

  @Test
  void brokenCallsMeanNothingWhileStarting() {
    on(BROKE, BROKE, BROKE).is(Phase.STARTING);
  }

  @Test
  void oneFailureMakesSuspectASecondEjects() {
    on(OK, BAD).is(Phase.SUSPECT);
    assertThat(state.reason()).isEqualTo("503");
    on(BROKE).is(Phase.EJECTED);
    assertThat(state.reason()).isEqualTo("reset");
  }

  @Test
  void aSuspectComesBackAfterTwoGoodProbes() {
    on(OK, BAD, OK).is(Phase.SUSPECT);
    on(OK).is(Phase.HEALTHY);
  }

  @Test
  void goodProbesDoNotClearABrokenCallAtOnce() {
    on(OK, BROKE, OK, OK, OK).is(Phase.SUSPECT);
    now += 1000 * MILLI;
    on(OK).is(Phase.HEALTHY);
  }

  @Test
  void aFailureBetweenGoodProbesEjectsASuspect() {
    on(OK, BAD, OK, BAD).is(Phase.EJECTED);
  }

  @Test
  void ejectedComesBackAfterTwoGoodProbesInARow() {
    on(OK, BAD, BAD, OK).is(Phase.EJECTED);
    on(BAD, OK).is(Phase.EJECTED);
    on(OK).is(Phase.HEALTHY);
  }

  @Test
  void anEjectionByABrokenCallHoldsAgainstAGoodHealthRoute() {
    on(OK, BROKE, BROKE, OK, OK, OK, OK).is(Phase.EJECTED);
    now += 1_000 * MILLI;
    on(OK).is(Phase.HEALTHY);
  }

  @Test
  void goodProbesAloneDoNotEndAnOutliersEjection() {
    on(OK, OUTLIER).is(Phase.EJECTED);
    assertThat(state.reason()).isEqualTo("slow");
    on(OK, OK, OK, OK).is(Phase.EJECTED);
    assertThat(HealthMachine.probeDelay(state, SETTINGS)).hasSeconds(1);
    now += 5_000 * MILLI;
    on(OK).is(Phase.HEALTHY);
  }

  @Test
  void anOutliersTimeAloneDoesNotEndItEither() {
    on(OK, OUTLIER);
    now += 6_000 * MILLI;
    on(BAD, OK).is(Phase.EJECTED);
    on(OK).is(Phase.HEALTHY);
  }

  @Test
  void anOutlierIsOutForLongerEachTimeAndForgivenStepByStep() {
    assertThat(secondsOut()).isEqualTo(5);
    assertThat(secondsOut()).isEqualTo(10);
    assertThat(secondsOut()).isEqualTo(20);
    now += 61_000 * MILLI;
    assertThat(secondsOut()).isEqualTo(10);
  }

  private long secondsOut() {
    on(OK, OK, OUTLIER).is(Phase.EJECTED);
    long from = now;
    while (state.phase() == Phase.EJECTED) {
      now += 90 * MILLI;
      on(OK);
    }
    return Math.round((now - from) / 1e9);
  }

  @Test
  void aBrokenCallDoesNotShortenAnOutliersTime() {
    on(OK, OUTLIER, BROKE, OK, OK);
    now += 2_000 * MILLI;
    on(OK).is(Phase.EJECTED);
  }

  @Test
  void onlyThoseInUseBecomeOutliers() {
    on(OUTLIER).is(Phase.STARTING);
    on(OK, BAD, OUTLIER).is(Phase.EJECTED);
    long until = state.holdUntil();
    on(OUTLIER);
    assertThat(state.holdUntil()).isEqualTo(until);
  }

  @Test
  void anOutlierThatAnswersItsProbesIsNotHopeless() {
    on(OK, OUTLIER, OK, OK);
    assertThat(HealthMachine.hopeless(state, SETTINGS, now + 120_000 * MILLI)).isEmpty();
    on(BAD);
    assertThat(HealthMachine.hopeless(state, SETTINGS, now + 120_000 * MILLI)).isPresent();
  }

  @Test
  void drainingIsNeverLeft() {
    on(OK, Signal.drain("scaled down"), OK, OK, BAD, BROKE, OK).is(Phase.DRAINING);
    assertThat(state.reason()).isEqualTo("scaled down");
  }

  @Test
  void startingIsProbedFrom25To250Milliseconds() {
    List<Long> delays = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      delays.add(HealthMachine.probeDelay(state, SETTINGS).toMillis());
      on(BAD);
    }
    assertThat(delays).startsWith(25L).isSorted().endsWith(250L);
    assertThat(delays.stream().limit(12)).last().isEqualTo(250L);
  }

  @Test
  void troubledOnesAreWatchedClosely() {
    on(OK);
    assertThat(HealthMachine.probeDelay(state, SETTINGS)).hasSeconds(1);
    on(BAD);
    assertThat(HealthMachine.probeDelay(state, SETTINGS)).hasMillis(250);
    on(BAD);
    assertThat(HealthMachine.probeDelay(state, SETTINGS)).hasMillis(250);
    assertThat(
            HealthMachine.probeDelay(
                state, new HealthSettings(Duration.ofMillis(50), Duration.ofSeconds(1))))
        .hasMillis(50);
  }

  @Test
  void aStartThatTakesTooLongIsHopeless() {
    on(BAD);
    now += 59_900 * MILLI;
    assertThat(HealthMachine.hopeless(state, SETTINGS, now)).isEmpty();
    now += 100 * MILLI;
    assertThat(HealthMachine.hopeless(state, SETTINGS, now))
        .contains("not ready within 60 s (health.start): 503");
  }

  @Test
  void anEjectionIsHopelessAfterTheLongerOfThirtySecondsAndStart() {
    on(OK, BAD, BAD);
    HealthSettings quick = new HealthSettings(Duration.ofSeconds(1), Duration.ofSeconds(5));
    now += 29_000 * MILLI;
    assertThat(HealthMachine.hopeless(state, quick, now)).isEmpty();
    now += 1_000 * MILLI;
    assertThat(HealthMachine.hopeless(state, quick, now)).isPresent();
    assertThat(HealthMachine.hopeless(state, SETTINGS, now)).isEmpty();
    now += 30_000 * MILLI;
    assertThat(HealthMachine.hopeless(state, SETTINGS, now)).isPresent();
  }

  @Test
  void healthyIsNeverHopeless() {
    on(OK);
    assertThat(HealthMachine.hopeless(state, SETTINGS, now + Duration.ofDays(30).toNanos()))
        .isEmpty();
  }

  @Test
  void whateverHappensItIsHealthyOnlyAfterAGoodProbe() {
    Random random = new Random(7);
    Signal[] all = {OK, BAD, BROKE, OUTLIER};
    for (int run = 0; run < 2_000; run++) {
      state = HealthState.starting(now);
      for (int i = 0; i < 12; i++) {
        Signal signal = all[random.nextInt(all.length)];
        Phase before = state.phase();
        on(signal);
        if (before != Phase.HEALTHY && state.phase() == Phase.HEALTHY) {
          assertThat(signal).isSameAs(OK);
        }
        if (before == Phase.HEALTHY) {
          assertThat(state.phase())
              .isIn(Phase.HEALTHY, signal == OUTLIER ? Phase.EJECTED : Phase.SUSPECT);
        }
      }
    }
  }

  @Test
  void refusesAnIntervalOfNothing() {
    assertThatThrownBy(() -> new HealthSettings(Duration.ZERO, Duration.ofSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("interval");
  }
}
