package dev.nexusdelta.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class StartTimesTest {
  private final StartTimes starts = new StartTimes();

  @Test
  void takesTheMiddleOfTheLastFiveOfTheRelease() {
    for (int millis : new int[] {9_000, 500, 100, 300, 200, 400}) {
      starts.add("r1", Duration.ofMillis(millis));
    }
    assertThat(starts.usual("r1")).isEqualTo(Duration.ofMillis(300));
  }

  @Test
  void takesANewReleaseForLikeTheOnesBefore() {
    assertThat(starts.usual("r1")).isZero();
    starts.add("r1", Duration.ofMillis(100));
    assertThat(starts.usual("r2")).isEqualTo(Duration.ofMillis(100));
    starts.add("r2", Duration.ofMillis(700));
    assertThat(starts.usual("r2")).isEqualTo(Duration.ofMillis(700));
    assertThat(starts.usual("r1")).isEqualTo(Duration.ofMillis(100));
  }
}
