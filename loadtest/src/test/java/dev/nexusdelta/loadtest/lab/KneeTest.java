package dev.nexusdelta.loadtest.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class KneeTest {
  private static Knee.Level level(double rate, long failed, double p95) {
    return new Knee.Level(rate, 1_000, 1_000 - failed, failed, p95);
  }

  @Test
  void isTheLastLevelBeforeTheFirstThatWasNotKept() {
    Knee knee =
        Knee.of(
            List.of(level(10, 0, 20), level(20, 10, 90), level(40, 0, 900), level(80, 0, 5)), 100);
    assertThat(knee.kept()).hasValue(20);
    assertThat(knee.broke()).hasValue(40);
  }

  @Test
  void moreThanOneFailureInAHundredIsTooMuch() {
    assertThat(Knee.of(List.of(level(10, 11, 20)), 100).kept()).isEmpty();
  }

  @Test
  void whatNeverBreaksHasNoEnd() {
    assertThat(Knee.of(List.of(level(10, 0, 20)), 100).broke()).isEmpty();
  }
}
