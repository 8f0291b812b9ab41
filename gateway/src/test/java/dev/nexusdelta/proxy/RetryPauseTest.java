package dev.nexusdelta.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RetryPauseTest {
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
  private final SplittableRandom random = new SplittableRandom(2);

  @Test
  void whatWasNotExecutedGoesOnAtOnce() {
    assertThat(RetryPause.nanos(false, 1, 1_000 * MILLI, random)).isZero();
  }

  @Test
  void spreadsEvenlyOverASpanThatGrowsToABound() {
    for (int failed = 1; failed <= 70; failed++) {
      long span = Math.min(250, 25L << Math.min(failed - 1, 4)) * MILLI;
      long sum = 0;
      for (int i = 0; i < 2_000; i++) {
        long pause = RetryPause.nanos(true, failed, 60_000 * MILLI, random);
        assertThat(pause).isBetween(0L, span);
        sum += pause;
      }
      assertThat((double) sum / 2_000 / span).isCloseTo(0.5, within(0.05));
    }
  }

  @Test
  void leavesMostOfTheTimeToTheCall() {
    for (int i = 0; i < 1_000; i++) {
      assertThat(RetryPause.nanos(true, 5, 20 * MILLI, random)).isBetween(0L, 5 * MILLI);
    }
    assertThat(RetryPause.nanos(true, 1, 0, random)).isZero();
    assertThat(RetryPause.nanos(true, 1, -5, random)).isZero();
  }
}
