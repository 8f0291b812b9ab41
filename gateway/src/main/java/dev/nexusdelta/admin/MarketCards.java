package dev.nexusdelta.admin;

import dev.nexusdelta.admin.ClusterCalls.Told;
import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.AppliedMark.Origin;
import dev.nexusdelta.discovery.ToolInfo;
import dev.nexusdelta.fleet.AgentState;
import dev.nexusdelta.fleet.AgentStatus;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.Run;
import dev.nexusdelta.market.CallDays;
import dev.nexusdelta.market.Quality;
import dev.nexusdelta.market.Tally;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** The JSON of cards. Pure. */
final class MarketCards {
  private MarketCards() {}

  /**
   * One card.
   *
   * @param believed whether hints of the agent's tools count
   */
  static JsonObject card(
      AgentSpec spec, Optional<AgentStatus> status, boolean believed, Told calls, Instant now) {
    Manifest manifest = spec.manifest();
    List<ToolInfo> tools = tools(spec, status);
    JsonObject json =
        new JsonObject()
            .put("name", spec.name().value())
            .put("purpose", manifest.description())
            .put("category", manifest.category())
            .put("model", manifest.model())
            .put("capabilities", new JsonArray(List.copyOf(manifest.capabilities())))
            .put("version", manifest.version())
            .put("tools", AgentJson.list(tools, MarketCards::tool))
            .put("endpoint", AgentJson.endpoint(spec.name()))
            .put("source", source(spec))
            .put("state", state(spec, status))
            .put("reason", status.map(AgentStatus::reason).orElse(""))
            .put(
                "replicas",
                new JsonObject()
                    .put("ready", status.map(AgentStatus::ready).orElse(0))
                    .put("desired", status.map(AgentStatus::desired).orElse(0)))
            .put("calls", calls(calls.of(spec.name().key()), calls))
            .put("quality", quality(manifest, tools, believed))
            .put("hintsTrusted", believed)
            .put("revision", spec.revision())
            .put("updated", spec.updated().toString())
            .put("by", spec.by())
            .put("asOf", now.toString());
    if (spec.applied().origin() == Origin.CARD && manifest.run() instanceof Run.Url url) {
      json.put("api_endpoint", url.addresses().get(0).toString());
    }
    return json;
  }

  /** As learnt; as the card or manifest has them while nothing is known of the agent yet. */
  static List<ToolInfo> tools(AgentSpec spec, Optional<AgentStatus> status) {
    return status
        .map(AgentStatus::tools)
        .orElseGet(
            () ->
                spec.manifest().tools().stream()
                    .map(
                        tool ->
                            new ToolInfo(
                                tool.name(),
                                tool.description(),
                                tool.inputSchema().orElse(""),
                                tool.outputSchema().orElse(""),
                                false,
                                false,
                                tool.destructive()))
                    .toList());
  }

  private static JsonObject tool(ToolInfo tool) {
    JsonObject json =
        new JsonObject().put("name", tool.name()).put("description", tool.description());
    if (!tool.inputSchema().isBlank()) {
      json.put("inputSchema", new JsonObject(tool.inputSchema()));
    }
    if (!tool.outputSchema().isBlank()) {
      json.put("outputSchema", new JsonObject(tool.outputSchema()));
    }
    return json.put("readOnly", tool.readOnly())
        .put("idempotent", tool.idempotent())
        .put("destructive", tool.destructive());
  }

  /** What callers want to know: whether a call is answered now. */
  private static String state(AgentSpec spec, Optional<AgentStatus> status) {
    AgentState state =
        status
            .map(AgentStatus::state)
            .orElse(spec.enabled() ? AgentState.STARTING : AgentState.STOPPED);
    return switch (state) {
      case HEALTHY -> "ready";
      case UNHEALTHY -> "failed";
      default -> state.label();
    };
  }

  /** Whether a call is answered now, if only by starting a replica. */
  static boolean isCallable(Optional<AgentStatus> status) {
    return status
        .map(AgentStatus::state)
        .filter(
            state ->
                state == AgentState.HEALTHY
                    || state == AgentState.DEGRADED
                    || state == AgentState.IDLE)
        .isPresent();
  }

  /** How much its card tells. */
  static int score(AgentSpec spec, Optional<AgentStatus> status, boolean believed) {
    return judged(spec.manifest(), tools(spec, status), believed).score();
  }

  /** Where the agent comes from. */
  static String source(AgentSpec spec) {
    Origin origin = spec.applied().origin();
    if (origin == Origin.CARD) {
      return "card";
    }
    if (origin == Origin.DOCUMENT) {
      return "firestore";
    }
    if (spec.applied().fileHash().isPresent()) {
      return "folder";
    }
    boolean labelled =
        spec.manifest().run() instanceof Run.Url url
            && url.addresses().stream().anyMatch(it -> "container".equals(it.getScheme()));
    return labelled ? "container" : "api";
  }

  private static JsonObject calls(Tally tally, Told all) {
    return new JsonObject()
        .put("days", CallDays.HOURS / 24)
        .put("count", tally.calls())
        .put("failed", tally.failed())
        .put("successRate", rounded(tally.successRate(), 10_000))
        .put("p50Millis", rounded(tally.quantile(0.5, all.bounds()), 10))
        .put("p95Millis", rounded(tally.quantile(0.95, all.bounds()), 10))
        .put("since", all.since().map(Instant::toString).orElse(null))
        .put("gateways", all.gateways())
        .put("of", all.gateways() + all.missing().size());
  }

  private static @Nullable Double rounded(OptionalDouble value, double steps) {
    return value.isPresent() ? Math.round(value.getAsDouble() * steps) / steps : null;
  }

  private static Quality judged(Manifest manifest, List<ToolInfo> tools, boolean believed) {
    return Quality.of(
        new Quality.Facts(
            manifest.description(),
            manifest.category(),
            manifest.model(),
            manifest.capabilities(),
            tools,
            believed));
  }

  private static JsonObject quality(Manifest manifest, List<ToolInfo> tools, boolean believed) {
    Quality quality = judged(manifest, tools, believed);
    return new JsonObject()
        .put("score", quality.score())
        .put(
            "fixes",
            AgentJson.list(
                quality.fixes(),
                fix ->
                    new JsonObject()
                        .put("points", fix.points())
                        .put("at", fix.at())
                        .put("fix", fix.fix())));
  }
}
