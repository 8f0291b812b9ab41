package dev.nexusdelta.admin;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.ToolInfo;
import dev.nexusdelta.fleet.AgentStatus;
import dev.nexusdelta.fleet.AgentStatus.ReplicaStatus;
import dev.nexusdelta.fleet.FleetEvent;
import dev.nexusdelta.fleet.Operation;
import dev.nexusdelta.host.LogLine;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.ManifestWriter;
import dev.nexusdelta.sync.SyncState;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of everything that the admin API shows. Pure: nothing is shown that is not named here.
 */
final class AgentJson {
  private AgentJson() {}

  /** One agent: what is wanted, what is, and where it came from. */
  static JsonObject agent(
      AgentSpec spec, Optional<AgentStatus> status, Source source, SyncState sync) {
    return new JsonObject()
        .put("name", spec.name().value())
        .put("revision", spec.revision())
        .put("enabled", spec.enabled())
        .put("pinned", orNull(spec.pinned()))
        .put("updated", spec.updated().toString())
        .put("by", spec.by())
        .put("sync", sync.label())
        .put("spec", ManifestWriter.write(spec.manifest()))
        .put("status", status(spec, status))
        .put("source", source(source));
  }

  /** Where callers reach the agent. */
  static String endpoint(AgentName name) {
    return "/agents/" + name.key() + "/execute";
  }

  private static JsonObject status(AgentSpec spec, Optional<AgentStatus> known) {
    JsonObject json = new JsonObject();
    if (known.isEmpty()) {
      // The fleet takes up a new spec a moment after the registry has stored it.
      return json.put("state", spec.enabled() ? "starting" : "stopped")
          .put("desired", 0)
          .put("ready", 0)
          .put("version", spec.manifest().version())
          .putNull("release")
          .putNull("target")
          .put("reason", "")
          .put("lastLines", new JsonArray())
          .put("health", "http")
          .put("endpoint", endpoint(spec.name()))
          .put("replicas", new JsonArray())
          .put("tools", new JsonArray())
          .put("toolsKnown", false);
    }
    AgentStatus status = known.get();
    if (!status.placement().isEmpty()) {
      json.put("placement", list(status.placement(), AgentJson::place));
    }
    return json.put("state", status.state().label())
        .put("desired", status.desired())
        .put("ready", status.ready())
        .put("version", status.version())
        .put("release", status.serving().orElse(null))
        .put("target", status.target().orElse(null))
        .put("reason", status.reason())
        .put("lastLines", new JsonArray(status.lastLines()))
        .put("health", status.healthMode())
        .put("endpoint", endpoint(spec.name()))
        .put("replicas", list(status.everywhere(), AgentJson::replica))
        .put("tools", new JsonArray(status.tools().stream().map(ToolInfo::name).toList()))
        .put("toolsKnown", status.toolsKnown());
  }

  private static JsonObject place(AgentStatus.Place place) {
    JsonObject json =
        new JsonObject()
            .put("gateway", place.gateway())
            .put("wanted", place.wanted())
            .put("ready", place.ready());
    return place.reason().isEmpty() ? json : json.put("reason", place.reason());
  }

  static JsonObject replica(ReplicaStatus replica) {
    return new JsonObject()
        .put("id", replica.id())
        .put("agent", replica.agent().value())
        .put("version", replica.version())
        .put("release", replica.release())
        .put("gateway", replica.gateway())
        .put("host", replica.host())
        .put("address", replica.address())
        .put("pid", replica.pid().isPresent() ? replica.pid().getAsLong() : null)
        .put("containerId", replica.containerId().orElse(null))
        .put("state", replica.state())
        .put("circuit", replica.circuit())
        .put("inflight", replica.inFlight())
        .put("since", replica.since().toString())
        .put("reason", replica.reason())
        .put("start", start(replica.start()));
  }

  private static JsonObject start(Map<String, Duration> phases) {
    JsonObject json = new JsonObject();
    phases.forEach(
        (phase, took) ->
            json.put(phase, String.format(Locale.ROOT, "%.3fs", took.toNanos() / 1e9)));
    return json;
  }

  private static JsonObject source(Source source) {
    return new JsonObject()
        .put("file", source.file().orElse(null))
        .put("applied", source.applied())
        .put(
            "drift",
            list(
                source.drift(),
                drift ->
                    new JsonObject()
                        .put("key", drift.key())
                        .put("file", drift.file().orElse(null))
                        .put("registry", drift.registry().orElse(null))))
        .put("faults", new JsonArray(source.faults()));
  }

  static JsonObject operation(Operation operation, SyncState sync) {
    return new JsonObject()
        .put("id", operation.id())
        .put("kind", operation.kind())
        .put("agent", operation.agent().value())
        .put("revision", operation.revision())
        .put("state", operation.state().name().toLowerCase(Locale.ROOT))
        .put("detail", operation.detail())
        .put("lastLines", new JsonArray(operation.lastLines()))
        .put("started", operation.started().toString())
        .put("ended", operation.ended().map(Object::toString).orElse(null))
        .put("sync", sync.label());
  }

  /** A revision that gave way to somebody else's. */
  static JsonObject superseded(AgentSpec spec) {
    return new JsonObject()
        .put("revision", spec.revision())
        .put("updated", spec.updated().toString())
        .put("by", spec.by())
        .put("deleted", spec.deleted())
        .put("enabled", spec.enabled())
        .put("pinned", orNull(spec.pinned()))
        .put("spec", ManifestWriter.write(spec.manifest()));
  }

  static JsonObject event(FleetEvent event) {
    JsonObject json =
        new JsonObject()
            .put("id", event.id())
            .put("at", event.at().toString())
            .put("type", event.type())
            .put("agent", event.agent().orElse(null))
            .put("replica", event.replica().orElse(null))
            .put("by", event.by())
            .put("reason", event.reason());
    event.gateway().ifPresent(gateway -> json.put("gateway", gateway));
    return json;
  }

  static JsonObject logLine(LogLine line) {
    return new JsonObject()
        .put("at", line.at().toString())
        .put("replica", line.replica())
        .put("text", line.text());
  }

  static <T> JsonArray list(List<T> values, Function<T, JsonObject> json) {
    JsonArray array = new JsonArray();
    values.forEach(value -> array.add(json.apply(value)));
    return array;
  }

  private static @Nullable Integer orNull(OptionalInt value) {
    return value.isPresent() ? value.getAsInt() : null;
  }
}
