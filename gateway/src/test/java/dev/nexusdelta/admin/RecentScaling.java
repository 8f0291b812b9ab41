package dev.nexusdelta.admin;

import dev.nexusdelta.scaling.Decision;
import dev.nexusdelta.scaling.DecisionEntry;
import dev.nexusdelta.scaling.LoadRecording;
import dev.nexusdelta.scaling.LoadSample;
import dev.nexusdelta.scaling.ScalingHistory;
import dev.nexusdelta.scaling.ScalingInput;
import dev.nexusdelta.scaling.ScalingRecord;
import dev.nexusdelta.scaling.ScalingSettings;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;

/** Decisions as an autoscaler would have made them: up by load, then held below the fleet's cap. */
final class RecentScaling implements ScalingHistory {
  private final Map<String, ScalingRecord> stories = new ConcurrentHashMap<>();

  @Override
  public Future<ScalingRecord> of(String agent, int limit) {
    return Future.succeededFuture(
        stories.getOrDefault(agent, new ScalingRecord(true, List.of(), LoadRecording.NONE)));
  }

  void fill(String agent) {
    ScalingSettings settings =
        new ScalingSettings(
            1, 5, OptionalDouble.of(80), OptionalDouble.empty(), 64, Duration.ofSeconds(60));
    Decision up =
        new Decision.ScaleTo(
            3,
            "rps",
            "180 calls/s of 80 a replica",
            List.of(new Decision.Wish("rps", 3, "180 calls/s of 80 a replica")));
    Decision held =
        new Decision.Hold(
            3,
            "bound",
            "fleet.replicas leaves room for 3",
            List.of(
                new Decision.Wish("rps", 5, "390 calls/s of 80 a replica"),
                new Decision.Wish("bound", 3, "fleet.replicas")));
    DecisionEntry first =
        DecisionEntry.of(FakeFleet.NOW.minusSeconds(30), input(1, 180), settings, up);
    DecisionEntry then =
        DecisionEntry.of(FakeFleet.NOW.minusSeconds(20), input(3, 380), settings, held)
            .and(DecisionEntry.of(FakeFleet.NOW, input(3, 390), settings, held));
    stories.put(agent, new ScalingRecord(true, List.of(then, first), LoadRecording.NONE));
  }

  private static ScalingInput input(int desired, double rps) {
    LoadSample.Mean mean = new LoadSample.Mean(rps, rps / 50);
    return new ScalingInput(
        desired,
        desired,
        0,
        new LoadSample(true, mean, mean, mean, 0.02, true, 4, 0, Duration.ZERO, Duration.ZERO),
        Duration.ofMillis(400),
        3,
        "fleet.replicas");
  }
}
