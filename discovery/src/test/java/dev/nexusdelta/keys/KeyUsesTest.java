package dev.nexusdelta.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class KeyUsesTest {
  private static final Instant NOON = Instant.parse("2030-01-01T12:00:00Z");

  private final AtomicReference<Instant> now = new AtomicReference<>(NOON);
  private final KeyUses uses = new KeyUses(now::get);

  private void later(Duration time) {
    now.updateAndGet(at -> at.plus(time));
  }

  @Test
  void tellsEachUseOnce() {
    assertThat(uses.takeChanged()).isEmpty();
    uses.used("a");
    uses.used("a");
    assertThat(uses.takeChanged()).isEqualTo(Map.of("a", NOON));
    assertThat(uses.takeChanged()).isEmpty();
    later(Duration.ofSeconds(5));
    uses.used("a");
    uses.used("b");
    Instant then = NOON.plusSeconds(5);
    assertThat(uses.takeChanged()).isEqualTo(Map.of("a", then, "b", then));
    assertThat(uses.last("a")).contains(then);
    assertThat(uses.last("c")).isEmpty();
  }

  @Test
  void isExactToTheSecond() {
    uses.used("a");
    later(Duration.ofMillis(999));
    uses.used("a");
    assertThat(uses.last("a")).contains(NOON);
    later(Duration.ofMillis(1));
    uses.used("a");
    assertThat(uses.last("a")).contains(NOON.plusSeconds(1));
  }

  @Test
  void aClockThatStepsBackTakesNothingBack() {
    uses.used("a");
    uses.takeChanged();
    later(Duration.ofHours(-2));
    uses.used("a");
    assertThat(uses.last("a")).contains(NOON);
    assertThat(uses.takeChanged()).isEmpty();
  }

  @Test
  void whatCouldNotBePutDownIsTakenAgainUnlessThereIsALaterOne() {
    uses.used("a");
    uses.used("b");
    Map<String, Instant> first = uses.takeChanged();
    later(Duration.ofSeconds(2));
    uses.used("b");
    assertThat(uses.takeChanged()).containsOnlyKeys("b");
    uses.giveBack(first);
    assertThat(uses.takeChanged()).isEqualTo(Map.of("a", NOON));
  }
}
