package dev.nexusdelta.loadtest.lab;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Load, replicas and latency of a run over one axis of time, as SVG. Drawn from the summary alone,
 * so that an old one can be drawn again. Pure.
 */
final class Picture {
  private static final String CALLS = "#8fb3d9";
  private static final String OK = "#1f5fa8";
  private static final String FAILED = "#d0342c";
  private static final String READY = "#2c8a4b";
  private static final String MUTED = "#8a8f98";
  private static final String TAIL = "#b3781f";

  private final JsonNode summary;
  private final List<JsonNode> windows = new ArrayList<>();
  private final List<JsonNode> samples = new ArrayList<>();
  private final double seconds;
  private final double step;

  private Picture(JsonNode summary) {
    this.summary = summary;
    summary.path("windows").forEach(windows::add);
    String agent = summary.path("agent").asText();
    for (JsonNode sample : summary.path("replicas")) {
      if (sample.path("agent").asText().equals(agent)) {
        samples.add(sample);
      }
    }
    this.step = Math.max(1, summary.path("windowS").asDouble(1));
    double last =
        windows.isEmpty() ? 1 : number("s").applyAsDouble(windows.get(windows.size() - 1));
    this.seconds = last + step;
  }

  /** The drawing of a summary. */
  static String of(JsonNode summary) {
    return new Picture(summary).draw();
  }

  private String draw() {
    Chart load = new Chart("calls a second", 60, 190, seconds, most(windows, "begun", "ok") / step);
    Chart replicas =
        new Chart(
            "replicas of " + summary.path("agent").asText(), 300, 130, seconds, replicasTop());
    Chart latency = new Chart("latency of good calls, ms", 480, 190, seconds, 1);
    latency.logarithmic(windows.stream().mapToDouble(number("maxMs")).filter(ms -> ms > 0));
    load(load);
    replicas(replicas);
    latency(latency);
    StringBuilder svg = new StringBuilder();
    svg.append(Chart.head(Chart.WIDTH, 720, title(), verdict(), summary.path("held").asBoolean()));
    for (Chart chart : List.of(load, replicas, latency)) {
      phases(chart, chart == load);
      svg.append(chart.drawn());
    }
    return svg.append("</svg>\n").toString();
  }

  private String title() {
    String started = summary.path("started").asText();
    return summary.path("simulation").asText()
        + ", "
        + started.substring(0, Math.min(started.length(), "2026-01-01T00:00:00".length()))
        + "Z";
  }

  private String verdict() {
    JsonNode calls = summary.path("calls");
    return String.format(
        "%d ok, %d failed, p95 %s ms: %s",
        calls.path("ok").asLong(),
        calls.path("failed").asLong(),
        Rounded.text(calls.path("p95Ms").asDouble()),
        summary.path("held").asBoolean() ? "held" : "not held");
  }

  private void load(Chart chart) {
    chart.area("begun", CALLS, held(points(windows, w -> number("begun").applyAsDouble(w) / step)));
    chart.steps(
        "answered well", OK, held(points(windows, w -> number("ok").applyAsDouble(w) / step)));
    if (windows.stream().anyMatch(window -> number("failed").applyAsDouble(window) > 0)) {
      chart.bars(
          "failed", FAILED, points(windows, w -> number("failed").applyAsDouble(w) / step), step);
    }
  }

  private void replicas(Chart chart) {
    if (samples.isEmpty()) {
      chart.note("not watched: no key of the gateway was given");
      return;
    }
    chart.steps("wanted", MUTED, points(samples, number("desired")));
    chart.steps("ready", READY, points(samples, number("ready")));
    for (JsonNode event : summary.path("events")) {
      double at = event.path("s").asDouble();
      if (at >= 0 && event.path("agent").asText().equals(summary.path("agent").asText())) {
        switch (event.path("type").asText()) {
          case "agent.scaled" -> chart.mark("decision", TAIL, at);
          case "replica.starting" -> chart.mark("start", MUTED, at);
          case "replica.gone", "replica.failed" -> chart.mark("end", FAILED, at);
          default -> {
            continue;
          }
        }
      }
    }
  }

  private void latency(Chart chart) {
    List<JsonNode> answered =
        windows.stream().filter(window -> number("ok").applyAsDouble(window) > 0).toList();
    chart.line("max", "#d9c7a3", middle(points(answered, number("maxMs"))));
    chart.line("p95", TAIL, middle(points(answered, number("p95Ms"))));
    chart.line("p50", OK, middle(points(answered, number("p50Ms"))));
  }

  /** Drawn until the end of the last window. */
  private List<Chart.Point> held(List<Chart.Point> points) {
    List<Chart.Point> held = new ArrayList<>(points);
    if (!points.isEmpty()) {
      held.add(new Chart.Point(seconds, points.get(points.size() - 1).value()));
    }
    return held;
  }

  /** A window's figure stands in its middle. */
  private List<Chart.Point> middle(List<Chart.Point> points) {
    return points.stream()
        .map(point -> new Chart.Point(point.second() + step / 2, point.value()))
        .toList();
  }

  private void phases(Chart chart, boolean named) {
    boolean many = summary.path("phases").size() > 12;
    for (JsonNode phase : summary.path("phases")) {
      double from = phase.path("fromS").asDouble();
      if (from < seconds && !(many && !named)) {
        chart.border(from, named && !many ? phase.path("name").asText() : "");
      }
    }
  }

  private double replicasTop() {
    return Math.max(1, most(samples, "desired", "ready"));
  }

  private static double most(List<JsonNode> nodes, String... names) {
    double most = 1;
    for (String name : names) {
      most = Math.max(most, nodes.stream().mapToDouble(number(name)).max().orElse(1));
    }
    return most;
  }

  private static ToDoubleFunction<JsonNode> number(String name) {
    return node -> node.path(name).asDouble();
  }

  private static List<Chart.Point> points(List<JsonNode> nodes, ToDoubleFunction<JsonNode> value) {
    return nodes.stream()
        .map(node -> new Chart.Point(node.path("s").asDouble(), value.applyAsDouble(node)))
        .toList();
  }
}
