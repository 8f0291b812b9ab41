package dev.nexusdelta.loadtest.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * {@code summary.json}: what {@code nexus loadtest} prints and compares. Seconds count from the
 * start and are rounded to milliseconds; latencies are those of calls that ended well, right within
 * 1.6 %. Pure.
 */
final class SummaryJson {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SCHEMA = 1;

  private SummaryJson() {}

  /**
   * What a run was.
   *
   * @param scaled the agent whose replicas are followed
   * @param watched whether the gateway was asked for its fleet
   */
  record Run(
      String simulation,
      String gateway,
      String scaled,
      boolean watched,
      Map<String, String> settings,
      Machine before,
      Machine after) {}

  static ObjectNode of(Run run, Evidence evidence, List<Slo> slos) {
    Recording recording = evidence.recording();
    List<Recording.Row> rows = recording.settle(true);
    ObjectNode json =
        JSON.createObjectNode()
            .put("schema", SCHEMA)
            .put("simulation", run.simulation())
            .put("started", recording.started().map(Object::toString).orElse(null))
            .put("gateway", run.gateway())
            .put("agent", run.scaled());
    json.set("settings", JSON.valueToTree(new TreeMap<>(run.settings())));
    json.set("machine", machine(run));
    json.put("held", slos.stream().allMatch(Slo::held));
    ArrayNode promises = json.putArray("slos");
    slos.forEach(slo -> promises.add(slo(slo)));
    json.set("calls", cell(recording.all()).put("lastAnswerS", seconds(recording.lastEnd())));
    ArrayNode tools = json.putArray("tools");
    recording.tools().forEach((tool, cell) -> tools.add(cell(cell).put("tool", tool)));
    ArrayNode phases = json.putArray("phases");
    recording.phases().forEach(phase -> phases.add(phase(phase)));
    ArrayNode failures = json.putArray("failures");
    recording
        .failures()
        .forEach((reason, calls) -> failures.addObject().put("reason", reason).put("calls", calls));
    ObjectNode figures = json.putObject("figures");
    evidence.figures().forEach((name, value) -> figures.put(name, Rounded.to(3, value)));
    json.put("watched", run.watched());
    fleet(json, evidence.fleet());
    json.put("windowS", recording.step());
    ArrayNode windows = json.putArray("windows");
    rows.forEach(row -> windows.add(row(row)));
    return json;
  }

  private static ObjectNode machine(Run run) {
    ObjectNode json =
        JSON.createObjectNode()
            .put("cores", run.before().cores())
            .put("jdk", run.before().jdk())
            .put("os", run.before().os());
    if (run.before().load() >= 0) {
      json.put("loadBefore", Rounded.to(2, run.before().load()));
      json.put("loadAfter", Rounded.to(2, run.after().load()));
    }
    return json;
  }

  private static ObjectNode slo(Slo slo) {
    ObjectNode json =
        JSON.createObjectNode()
            .put("name", slo.name())
            .put(slo.atMost() ? "atMost" : "atLeast", slo.limit());
    put(json, "figure", slo.figure());
    return json.put("held", slo.held()).put("line", slo.line());
  }

  private static ObjectNode cell(Recording.Cell cell) {
    return JSON.createObjectNode()
        .put("ok", cell.ok())
        .put("failed", cell.failed())
        .put("p50Ms", millis(cell.p50()))
        .put("p95Ms", millis(cell.p95()))
        .put("p99Ms", millis(cell.p99()))
        .put("maxMs", millis(cell.max()));
  }

  private static ObjectNode phase(Recording.PhaseFigures figures) {
    Phase phase = figures.phase();
    ObjectNode json = cell(figures.cell());
    json.put("name", phase.name())
        .put("fromS", seconds(phase.from()))
        .put("untilS", seconds(phase.until()))
        .put("offeredPerS", Rounded.to(1, phase.rate()))
        .put("begun", figures.begun());
    if (phase.seconds() > 0) {
      json.put("okPerS", Rounded.to(1, figures.cell().ok() / phase.seconds()));
    }
    return json;
  }

  private static ObjectNode row(Recording.Row row) {
    ObjectNode json = cell(row.all()).put("s", seconds(row.second())).put("begun", row.begun());
    ObjectNode tools = json.putObject("tools");
    row.tools().forEach((tool, cell) -> tools.set(tool, cell(cell)));
    return json;
  }

  private static void fleet(ObjectNode json, FleetStory fleet) {
    ArrayNode replicas = json.putArray("replicas");
    for (FleetStory.Sample sample : fleet.samples()) {
      replicas
          .addObject()
          .put("s", seconds(sample.second()))
          .put("agent", sample.agent())
          .put("desired", sample.desired())
          .put("ready", sample.ready())
          .put("all", sample.replicas());
    }
    ArrayNode starts = json.putArray("starts");
    for (FleetStory.Start start : fleet.starts()) {
      ObjectNode one =
          starts
              .addObject()
              .put("replica", start.replica())
              .put("agent", start.agent())
              .put("startingS", seconds(start.begun()));
      put(one, "healthyS", start.healthy());
      put(one, "firstAnswerS", start.firstAnswer());
      put(one, "tookS", start.took());
      JsonNode phases =
          JSON.valueToTree(fleet.startPhases().getOrDefault(start.replica(), Map.of()));
      one.set("phases", phases);
    }
    ArrayNode events = json.putArray("events");
    for (FleetStory.Event event : fleet.events()) {
      events
          .addObject()
          .put("s", seconds(event.second()))
          .put("seenS", seconds(event.seen()))
          .put("type", event.type())
          .put("agent", event.agent())
          .put("replica", event.replica())
          .put("by", event.by())
          .put("reason", event.reason());
    }
  }

  private static void put(ObjectNode json, String name, OptionalDouble value) {
    if (value.isPresent()) {
      json.put(name, seconds(value.getAsDouble()));
    } else {
      json.putNull(name);
    }
  }

  private static double seconds(double value) {
    return Rounded.to(3, value);
  }

  private static double millis(double value) {
    return Rounded.to(value < 10 ? 2 : value < 100 ? 1 : 0, value);
  }
}
