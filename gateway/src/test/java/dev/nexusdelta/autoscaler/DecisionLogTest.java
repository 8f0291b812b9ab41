package dev.nexusdelta.autoscaler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.scaling.Decision;
import dev.nexusdelta.scaling.DecisionEntry;
import dev.nexusdelta.scaling.LoadSample;
import dev.nexusdelta.scaling.ScalingInput;
import dev.nexusdelta.scaling.ScalingSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DecisionLogTest {
  private final DecisionLog log = new DecisionLog();
  private long second;

  private DecisionEntry hold(String cause) {
    return entry(new Decision.Hold(1, cause, "", List.of()));
  }

  private DecisionEntry entry(Decision decision) {
    LoadSample.Mean none = LoadSample.Mean.ZERO;
    return DecisionEntry.of(
        Instant.ofEpochSecond(second++),
        new ScalingInput(
            1,
            1,
            0,
            new LoadSample(true, none, none, none, 0, false, 0, 0, Duration.ZERO, Duration.ZERO),
            Duration.ZERO,
            9,
            ""),
        new ScalingSettings(
            1, 9, OptionalDouble.empty(), OptionalDouble.empty(), 64, Duration.ofSeconds(60)),
        decision);
  }

  @Test
  void equalHoldsInARowAreOne() {
    assertThat(log.add("a", hold("stable"))).isTrue();
    assertThat(log.add("a", hold("stable"))).isFalse();
    assertThat(log.add("a", hold("quiet"))).isTrue();
    assertThat(log.add("a", hold("stable"))).isTrue();
    assertThat(log.of("a", 9)).extracting(DecisionEntry::count).containsExactly(1L, 1L, 2L);
    assertThat(log.of("a", 9).get(2).last()).isEqualTo(Instant.ofEpochSecond(1));
    assertThat(log.of("a", 2)).hasSize(2);
  }

  @Test
  void changesAreAlwaysEntriesOfTheirOwn() {
    Decision up = new Decision.ScaleTo(2, "rps", "", List.of());
    assertThat(log.add("a", entry(up))).isTrue();
    assertThat(log.add("a", entry(up))).isTrue();
    assertThat(log.of("a", 9)).hasSize(2);
  }

  @Test
  void keepsSoManyOfEachAndOfAll() {
    for (int i = 0; i < 300; i++) {
      log.add("a", hold("cause " + i));
    }
    assertThat(log.of("a", 1000)).hasSize(256);
    assertThat(log.of("a", 1).get(0).decision().cause()).isEqualTo("cause 299");
    for (int agent = 0; agent < 1000; agent++) {
      for (int i = 0; i < 30; i++) {
        log.add("b" + agent, hold("cause " + i));
      }
    }
    assertThat(log.of("b999", 1000)).hasSize(20_000 / 1001);
    log.keep(Set.of("a"));
    assertThat(log.of("b999", 1000)).isEmpty();
    assertThat(log.of("a", 1)).hasSize(1);
  }
}
