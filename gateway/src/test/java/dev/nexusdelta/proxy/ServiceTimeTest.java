package dev.nexusdelta.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ServiceTimeTest {
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
  private final ServiceTime time = new ServiceTime();
  private final Random random = new Random(5);

  @Test
  void knowsNothingOfAFewCalls() {
    for (int i = 0; i < 19; i++) {
      assertThat(time.isHopeless(0)).isFalse();
      time.took(50 * MILLI);
    }
    assertThat(time.nanos()).isZero();
    time.took(50 * MILLI);
    assertThat(time.isHopeless(49 * MILLI)).isTrue();
    assertThat(time.isHopeless(50 * MILLI)).isFalse();
  }

  @Test
  void settlesWhereOneCallInTenIsQuicker() {
    for (int i = 0; i < 5_000; i++) {
      time.took(Math.round((100 + 100 * random.nextDouble()) * MILLI));
    }
    assertThat((double) time.nanos() / MILLI).isCloseTo(110, within(12.0));
  }

  @Test
  void aSlowToolDoesNotMakeTheQuickOneHopeless() {
    for (int i = 0; i < 2_000; i++) {
      time.took((i % 3 == 0 ? 10 : 5_000) * MILLI);
    }
    assertThat(time.isHopeless(100 * MILLI)).isFalse();
  }

  @Test
  void followsAChange() {
    for (int i = 0; i < 1_000; i++) {
      time.took(5 * MILLI);
    }
    for (int i = 0; i < 1_000; i++) {
      time.took(500 * MILLI);
    }
    assertThat(time.nanos()).isGreaterThan(400 * MILLI);
  }
}
