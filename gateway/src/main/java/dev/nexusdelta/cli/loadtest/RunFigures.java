package dev.nexusdelta.cli.loadtest;

import dev.nexusdelta.sdk.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The figures of a run: failed calls; rate and latency of each phase, second by second; latency of
 * each tool; how soon the fleet reacted and what it took. Pure.
 */
final class RunFigures {
  /** Shorter phases have too few seconds to judge by. */
  private static final int FEWEST_WINDOWS = 4;

  /** Milliseconds below which latencies on one machine say nothing. */
  private static final double LATENCY = 1;

  private static final double SAMPLED = 1;
  private static final double EVENTS = 0.1;

  private final JsonValue run;
  private final List<Figure> figures = new ArrayList<>();

  private RunFigures(JsonValue run) {
    this.run = run;
  }

  static List<Figure> of(RunSummary summary) {
    RunFigures reader = new RunFigures(summary.json());
    reader.calls();
    reader.reaction();
    reader.replicas();
    return List.copyOf(reader.figures);
  }

  private void calls() {
    figures.add(Figure.count("failed calls", run.get("calls", "failed").number(0)));
    List<JsonValue> phases = run.get("phases").items();
    for (JsonValue phase : phases) {
      String name = phases.size() > 1 ? phase.get("name").text() + ": " : "";
      phase(name, phase.get("fromS").number(0), phase.get("untilS").number(0));
    }
    List<JsonValue> tools = run.get("tools").items();
    if (tools.size() > 1) {
      for (JsonValue tool : tools) {
        String name = tool.get("tool").text();
        latency(
            name + ": p95 ms",
            run.get("windows").items().stream().map(w -> w.get("tools", name)).toList(),
            "p95Ms");
      }
    }
  }

  private void phase(String name, double from, double until) {
    double step = run.get("windowS").number(1);
    // The last windows of the run hold what ended late, and no calls begin in them.
    List<JsonValue> windows =
        run.get("windows").items().stream()
            .filter(window -> window.get("s").number(0) >= from)
            .filter(window -> window.get("s").number(0) + step <= until)
            .toList();
    if (windows.size() >= FEWEST_WINDOWS) {
      figures.add(
          Figure.of(
              name + "answered well a second",
              true,
              values(windows, window -> window.get("ok").number(0) / step),
              0));
      latency(name + "p50 ms", windows, "p50Ms");
      latency(name + "p95 ms", windows, "p95Ms");
    }
  }

  private void latency(String name, List<JsonValue> windows, String percentile) {
    List<JsonValue> answered =
        windows.stream().filter(window -> window.get("ok").number(0) > 0).toList();
    if (answered.size() >= FEWEST_WINDOWS) {
      figures.add(
          Figure.of(
              name, false, values(answered, window -> window.get(percentile).number(0)), LATENCY));
    }
  }

  private void reaction() {
    JsonValue known = run.get("figures");
    difference("decision after the step, s", known.get("decidedS"), known.get("stepS"), EVENTS);
    difference("first new answer, s", known.get("servingS"), known.get("stepS"), EVENTS);
    difference("back to few replicas, s", known.get("backAtMinS"), known.get("fallS"), SAMPLED);
    difference(
        "last answer after health, s", known.get("lastAnswerS"), known.get("healthyS"), EVENTS);
    JsonValue knee = known.get("kneePerS");
    if (knee.isPresent()) {
      // The knee lies between two levels.
      double gap = known.get("brokePerS").number(knee.number(0)) - knee.number(0);
      figures.add(Figure.once("knee, calls a second", true, knee.number(0), gap));
    }
  }

  private void difference(String name, JsonValue at, JsonValue from, double resolution) {
    if (at.isPresent() && from.isPresent()) {
      figures.add(Figure.once(name, false, at.number(0) - from.number(0), resolution));
    }
  }

  private void replicas() {
    double[] starts =
        values(
            run.get("starts").items().stream().filter(s -> s.get("tookS").isPresent()).toList(),
            start -> start.get("tookS").number(0));
    if (starts.length > 0) {
      figures.add(Figure.mean("start of a replica, s", false, starts, EVENTS));
    }
    String agent = run.get("agent").text();
    List<JsonValue> samples =
        run.get("replicas").items().stream()
            .filter(sample -> sample.get("agent").text().equals(agent))
            .filter(sample -> sample.get("s").number(0) >= 0)
            .toList();
    if (!samples.isEmpty()) {
      double sum = samples.stream().mapToDouble(sample -> sample.get("all").number(0)).sum();
      figures.add(Figure.once("replicas on average", false, sum / samples.size(), 0));
    }
  }

  private static double[] values(List<JsonValue> nodes, ToDoubleFunction<JsonValue> value) {
    return nodes.stream().mapToDouble(value).toArray();
  }
}
