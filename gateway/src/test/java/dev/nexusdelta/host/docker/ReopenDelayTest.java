package dev.nexusdelta.host.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ReopenDelayTest {
  @ParameterizedTest
  @CsvSource({"1,100", "2,200", "3,400", "4,800", "5,1600", "6,2000", "1000000,2000"})
  void doublesToTwoSeconds(int failures, long millis) {
    RandomGenerator none = () -> 0;
    assertThat(new ReopenDelay(none).after(failures)).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @CsvSource({"1,50,100", "6,1000,2000"})
  void takesOffUpToAHalf(int failures, long least, long most) {
    ReopenDelay delay = new ReopenDelay(new Random(7));
    for (int i = 0; i < 1_000; i++) {
      assertThat(delay.after(failures).toMillis()).isBetween(least, most);
    }
  }
}
