package dev.nexusdelta.admin;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.fleet.AgentStatus;
import dev.nexusdelta.manifest.DurationText;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.scaling.DecisionEntry;
import dev.nexusdelta.scaling.LoadRecording;
import dev.nexusdelta.scaling.LoadSample;
import dev.nexusdelta.scaling.ScalingInput;
import dev.nexusdelta.scaling.ScalingRecord;
import dev.nexusdelta.scaling.ScalingSettings;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** The JSON of an agent's scaling. Pure. */
final class ScalingJson {
  /** Of the load of single seconds. */
  private static final int RECENT = 60;

  private ScalingJson() {}

  /** What rules the number, what it is, and what was decided lately. */
  static JsonObject of(
      AgentSpec spec, Optional<AgentStatus> status, ScalingRecord story, int limit) {
    ScalingMode mode = ScalingMode.of(spec);
    JsonObject json =
        new JsonObject()
            .put("agent", spec.name().value())
            .put("mode", mode.word())
            .put("leads", story.leads())
            .put("summary", mode.summary(spec, status, story))
            .put("hint", mode.hint(spec))
            .put("desired", status.map(AgentStatus::desired).orElse(0))
            .put("ready", status.map(AgentStatus::ready).orElse(0))
            .put("starting", status.map(ScalingJson::starting).orElse(0L));
    bounds(json, spec.manifest().scale());
    return json.put(
            "decisions",
            AgentJson.list(story.decisions().stream().limit(limit).toList(), ScalingJson::decision))
        .put("load", load(story.load()));
  }

  private static long starting(AgentStatus status) {
    return status.replicas().stream().filter(replica -> replica.state().equals("starting")).count();
  }

  private static void bounds(JsonObject json, Optional<Manifest.Scale> scale) {
    json.put("min", scale.map(Manifest.Scale::min).orElse(null))
        .put("max", scale.map(Manifest.Scale::max).orElse(null))
        .put(
            "targets",
            new JsonObject()
                .put("rps", scale.map(it -> orNull(it.targetRps())).orElse(null))
                .put("concurrency", scale.map(it -> orNull(it.targetConcurrency())).orElse(null)))
        .put("window", scale.map(it -> DurationText.format(it.window())).orElse(null));
  }

  static JsonObject settings(ScalingSettings settings) {
    return new JsonObject()
        .put("min", settings.min())
        .put("max", settings.max())
        .put("targetRps", orNull(settings.targetRps()))
        .put("targetConcurrency", orNull(settings.targetConcurrency()))
        .put("places", settings.places())
        .put("window", DurationText.format(settings.window()));
  }

  private static JsonObject decision(DecisionEntry entry) {
    ScalingInput input = entry.input();
    return new JsonObject()
        .put("at", entry.first().toString())
        .put("until", entry.last().toString())
        .put("count", entry.count())
        .put("from", input.desired())
        .put("to", entry.decision().replicas())
        .put("cause", entry.decision().cause())
        .put("reason", entry.decision().reason())
        .put("bound", entry.bound().isEmpty() ? null : entry.bound())
        .put(
            "wishes",
            AgentJson.list(
                entry.decision().wishes(),
                wish ->
                    new JsonObject()
                        .put("rule", wish.rule())
                        .put("replicas", wish.replicas())
                        .put("why", wish.why())))
        .put("ready", input.ready())
        .put("starting", input.starting())
        .put("startSeconds", seconds(input.startTime()))
        .put("load", sample(input.load()))
        .put("settings", settings(entry.settings()));
  }

  private static JsonObject sample(LoadSample load) {
    return new JsonObject()
        .put("known", load.known())
        .put("stable", mean(load.stable()))
        .put("brief", mean(load.brief()))
        .put("last", mean(load.last()))
        .put("serviceSeconds", rounded(load.serviceSeconds()))
        .put("settled", load.settled())
        .put("inFlight", load.inFlight())
        .put("waiting", load.waiting())
        .put("oldestWaitSeconds", seconds(load.oldestWait()))
        .put("quietSeconds", seconds(load.quiet()));
  }

  private static JsonObject mean(LoadSample.Mean mean) {
    return new JsonObject()
        .put("rps", rounded(mean.rps()))
        .put("concurrency", rounded(mean.concurrency()));
  }

  /** The newest first. */
  private static JsonArray load(LoadRecording recording) {
    JsonArray seconds = new JsonArray();
    int newest = recording.seconds() - 1;
    for (int second = newest; second > Math.max(-1, newest - RECENT); second--) {
      seconds.add(
          new JsonObject()
              .put("secondsAgo", newest - second)
              .put("calls", recording.arrivals(second))
              .put("concurrency", rounded(recording.concurrency(second)))
              .put("serviceSeconds", rounded(recording.serviceSeconds(second)))
              .put("waiting", recording.waiting(second)));
    }
    return seconds;
  }

  private static double seconds(Duration time) {
    return time.toMillis() / 1e3;
  }

  private static double rounded(double figure) {
    return Math.round(figure * 1e4) / 1e4;
  }

  private static @Nullable Double orNull(OptionalDouble value) {
    return value.isPresent() ? value.getAsDouble() : null;
  }
}
