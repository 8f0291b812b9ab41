package dev.nexusdelta.proxy;

import dev.nexusdelta.discovery.ToolInfo;
import dev.nexusdelta.fleet.AgentState;
import dev.nexusdelta.fleet.AgentView;
import dev.nexusdelta.fleet.FleetView;
import dev.nexusdelta.problem.Problem;
import dev.nexusdelta.problem.ProblemCode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** What may be called: the answers about agents that no replica is asked for. Pure. */
final class Catalog {
  private Catalog() {}

  /** {@code GET /agents}, as far as the caller may know of them. */
  static Buffer agents(FleetView view, Identity who) {
    JsonArray agents = new JsonArray();
    view.agents().stream()
        .filter(agent -> who.sees(agent.name().key()))
        .sorted(Comparator.comparing(AgentView::name))
        .forEach(
            agent ->
                agents.add(
                    new JsonObject()
                        .put("name", agent.name().value())
                        .put("description", agent.manifest().description())
                        .put("state", agent.state().label())
                        .put("endpoint", "/agents/" + agent.name().key() + "/execute")));
    return new JsonObject().put("agents", agents).toBuffer();
  }

  /** {@code GET /agents/<name>/tools}, as far as the caller may know of them. */
  static Buffer tools(AgentView agent, Identity who) {
    JsonArray tools = new JsonArray();
    for (ToolInfo tool : agent.tools()) {
      if (who.sees(agent.name().key(), tool.name())) {
        tools.add(tool(tool));
      }
    }
    return new JsonObject().put("tools", tools).toBuffer();
  }

  private static JsonObject tool(ToolInfo tool) {
    return new JsonObject()
        .put("name", tool.name())
        .put("description", tool.description())
        .put("inputSchema", schema(tool.inputSchema()))
        .put("outputSchema", schema(tool.outputSchema()))
        .put("readOnly", tool.readOnly())
        .put("idempotent", tool.idempotent())
        .put("destructive", tool.destructive());
  }

  /** {@code GET /agents/<name>/openapi.json}, as far as the caller may know of its tools. */
  static Buffer openApi(AgentView agent, Identity who) {
    return AgentOpenApi.of(agent, tool -> who.sees(agent.name().key(), tool.name())).toBuffer();
  }

  /** The body of a good {@code GET /agents/<name>/health}; null if it is not good. */
  static @Nullable Buffer health(AgentView agent) {
    boolean idle = agent.state() == AgentState.IDLE && agent.unavailable().isEmpty();
    return idle || agent.healthy() > 0 || !agent.elsewhere().isEmpty()
        ? new JsonObject().put("status", agent.state().label()).toBuffer()
        : null;
  }

  /** Why it is not good. */
  static Problem unhealthy(AgentView agent) {
    return agent
        .unavailable()
        .orElseGet(
            () ->
                Problem.of(
                        ProblemCode.NO_HEALTHY_REPLICA,
                        "agent " + agent.name() + " is " + agent.state().label())
                    .retryAfter(1));
  }

  /** Schemas are kept as text; an agent may have sent anything. */
  private static @Nullable Object schema(String text) {
    if (text.isEmpty()) {
      return null;
    }
    try {
      return Json.decodeValue(text);
    } catch (io.vertx.core.json.DecodeException e) {
      return null;
    }
  }
}
