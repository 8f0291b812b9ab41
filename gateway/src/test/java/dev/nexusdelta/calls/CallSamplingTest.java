package dev.nexusdelta.calls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.calls.CallSampling.Kept;
import dev.nexusdelta.calls.CallSampling.Slowest;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CallSamplingTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private final CallSampling sampling = new CallSampling(new Random(7));
  private final Slowest slowest = new Slowest();

  @Test
  void keepsTheFailedUnlessThereAreTooMany() {
    for (int i = 0; i < CallSampling.FAILURES_A_SECOND; i++) {
      assertThat(sampling.ended(slowest, 503, 1, 5)).isEqualTo(Kept.FAILED);
      assertThat(sampling.refused(404, 5)).isEqualTo(Kept.FAILED);
    }
    assertThat(sampling.ended(slowest, 503, 1, 5)).isEqualTo(Kept.NO);
    assertThat(sampling.refused(404, 5)).isEqualTo(Kept.NO);
    assertThat(sampling.refused(400, 5)).isEqualTo(Kept.FAILED);
    assertThat(sampling.refused(9999, 5)).isEqualTo(Kept.FAILED);
    assertThat(sampling.ended(slowest, 503, 1, 5 + SECOND)).isEqualTo(Kept.FAILED);
  }

  @Test
  void keepsTheSlowestOfAMinute() {
    long now = -3;
    for (int i = 1; i <= Slowest.PLACES; i++) {
      assertThat(slowest.enters(100 * i, now)).isTrue();
    }
    assertThat(slowest.enters(100, now)).isFalse();
    assertThat(slowest.enters(250, now)).isTrue();
    assertThat(slowest.enters(200, now)).isFalse();
    assertThat(slowest.enters(600, now)).isTrue();
    assertThat(slowest.enters(250, now + 59 * SECOND)).isFalse();
    assertThat(slowest.enters(1, now + 60 * SECOND)).isTrue();
  }

  @Test
  void keepsTheFirstOfASecondAndSomeByChance() {
    for (int i = 0; i < Slowest.PLACES; i++) {
      assertThat(sampling.ended(slowest, 200, SECOND, 0)).isEqualTo(Kept.SLOW);
    }
    int kept = 0;
    int calls = 1_000_000;
    for (int i = 0; i < calls; i++) {
      if (sampling.ended(slowest, 200, 1, 1) == Kept.SAMPLED) {
        kept++;
      }
    }
    assertThat(kept).isBetween(calls / CallSampling.ONE_IN / 2, calls / CallSampling.ONE_IN * 2);
    assertThat(sampling.ended(slowest, 200, 1, 2 * SECOND)).isEqualTo(Kept.SAMPLED);
    assertThat(sampling.ended(slowest, 200, 1, 2 * SECOND)).isEqualTo(Kept.NO);
  }

  @Test
  void isTheSameForTheSameChance() {
    CallSampling one = new CallSampling(new Random(7));
    CallSampling other = new CallSampling(new Random(7));
    Slowest oneAgent = new Slowest();
    Slowest otherAgent = new Slowest();
    for (int i = 0; i < 10_000; i++) {
      assertThat(one.ended(oneAgent, 200, i % 17, i))
          .isEqualTo(other.ended(otherAgent, 200, i % 17, i));
    }
  }
}
