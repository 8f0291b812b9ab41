package dev.nexusdelta.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BodyPaceTest {
  private static final long WINDOW = TimeUnit.SECONDS.toNanos(10);
  private final BodyPace pace = new BodyPace(0, 0);

  @Test
  void judgesOverWholeWindowsOnly() {
    assertThat(pace.isTooSlow(WINDOW - 1, 0, WINDOW)).isFalse();
    assertThat(pace.isTooSlow(WINDOW, 0, WINDOW)).isTrue();
  }

  @Test
  void holdsWhenEachWindowBringsEnough() {
    long bytes = 0;
    for (int window = 1; window < 100; window++) {
      bytes += 10 * BodyPace.BYTES_PER_SECOND;
      assertThat(pace.isTooSlow(window * WINDOW, bytes, WINDOW)).isFalse();
    }
    assertThat(pace.isTooSlow(100 * WINDOW, bytes + 10 * BodyPace.BYTES_PER_SECOND - 1, WINDOW))
        .isTrue();
  }

  @Test
  void aFastBeginDoesNotPayForALaterCrawl() {
    assertThat(pace.isTooSlow(WINDOW, 1 << 30, WINDOW)).isFalse();
    assertThat(pace.isTooSlow(2 * WINDOW, (1 << 30) + 1, WINDOW)).isTrue();
  }

  @Test
  void timeInWhichItHadToWaitDoesNotCount() {
    pace.restart(5 * WINDOW, 0);
    assertThat(pace.isTooSlow(6 * WINDOW - 1, 0, WINDOW)).isFalse();
    assertThat(pace.isTooSlow(6 * WINDOW, 0, WINDOW)).isTrue();
  }
}
