package dev.nexusdelta.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class OutlookTest {
  private static final ScalingSettings BY_RATE =
      new ScalingSettings(
          0, 3, OptionalDouble.of(80), OptionalDouble.empty(), 64, Duration.ofSeconds(60));
  private static final ScalingSettings BY_PLACES =
      new ScalingSettings(
          0, 3, OptionalDouble.empty(), OptionalDouble.empty(), 10, Duration.ofSeconds(60));

  private static String outlook(
      ScalingSettings settings, int replicas, double rps, double concurrency, int room) {
    LoadSample.Mean mean = new LoadSample.Mean(rps, concurrency);
    ScalingInput input =
        new ScalingInput(
            replicas,
            replicas,
            0,
            new LoadSample(
                true, mean, mean, mean, 0.02, true, 0, 0, Duration.ZERO, Duration.ofSeconds(90)),
            Duration.ofMillis(300),
            room,
            "fleet.replicas");
    ScalingPolicy.Step step =
        ScalingPolicy.decide(ScalingState.fresh(0, false), input, settings, 1_000_000_000L);
    return Outlook.of(DecisionEntry.of(Instant.EPOCH, input, settings, step.decision()));
  }

  @Test
  void saysWhatTheReplicasCarryAndWhatWouldBringAnother() {
    assertThat(outlook(BY_RATE, 1, 18.2, 0.4, 9))
        .isEqualTo(
            "1 replica: 18.2 calls/s over 60 s, 23 % of 80.0 each; would go to 2 above 64.0"
                + " calls/s");
    assertThat(outlook(BY_PLACES, 2, 100, 12, 9))
        .isEqualTo(
            "2 replicas: 12.0 calls in flight over 60 s, 60 % of 10.0 each; would go to 3 above"
                + " 16.0 calls in flight");
  }

  @Test
  void saysWhenThereMayBeNoMore() {
    assertThat(outlook(BY_RATE, 3, 190, 4, 9)).endsWith("; there may be no more (max 3)");
    assertThat(outlook(BY_RATE, 1, 150, 4, 1))
        .startsWith("1 replica: 150.0 calls/s by target-rps 80.0")
        .contains("bound by fleet.replicas");
  }

  @Test
  void saysWhatWouldStartTheFirst() {
    assertThat(outlook(BY_RATE, 0, 0, 0, 9))
        .isEqualTo("0 replicas: no call for 90 s; the next one starts one");
  }

  @Test
  void saysWhatChangedAndWhatItWaitsFor() {
    assertThat(outlook(BY_RATE, 1, 150, 3, 9))
        .isEqualTo("3 replicas: 150.0 calls/s by target-rps 80.0 over 60 s");
  }
}
