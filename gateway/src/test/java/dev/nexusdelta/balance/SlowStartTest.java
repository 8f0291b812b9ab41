package dev.nexusdelta.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SlowStartTest {
  @Test
  void growsEvenlyFromATenthToAll() {
    assertThat(SlowStart.weight(-5)).isEqualTo(SlowStart.LEAST);
    assertThat(SlowStart.weight(0)).isEqualTo(SlowStart.LEAST);
    assertThat(SlowStart.weight(TimeUnit.SECONDS.toNanos(5))).isCloseTo(0.55, within(1e-9));
    assertThat(SlowStart.weight(SlowStart.NANOS)).isEqualTo(1);
    assertThat(SlowStart.weight(Long.MAX_VALUE)).isEqualTo(1);
  }
}
