package dev.nexusdelta.admin;

import dev.nexusdelta.fleet.EventLog;
import dev.nexusdelta.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The gateway itself: {@code /api/v1/config}, {@code /api/v1/cluster}, {@code /api/v1/shutdown}.
 */
final class GatewayApi {
  private final GatewayControl gateway;
  private final DrainControl drains;
  private final SyncApi sync;
  private final EventLog events;

  GatewayApi(GatewayControl gateway, DrainControl drains, SyncApi sync, EventLog events) {
    this.gateway = gateway;
    this.drains = drains;
    this.sync = sync;
    this.events = events;
  }

  void mount(Routes routes) {
    routes.get(Need.READ, "/api/v1/config", this::config);
    routes.get(Need.READ, "/api/v1/cluster", this::cluster);
    routes.post("/api/v1/cluster/{name}/forget", this::forget);
    routes.post("/api/v1/shutdown", this::shutdown);
  }

  private void config(RoutingContext ctx) {
    Answers.json(
        ctx,
        200,
        new JsonObject()
            .put(
                "config",
                AgentJson.list(
                    gateway.config(),
                    entry ->
                        new JsonObject()
                            .put("key", entry.key())
                            .put("value", entry.value())
                            .put("source", entry.source()))));
  }

  private void cluster(RoutingContext ctx) {
    GatewayControl.Cluster cluster = gateway.cluster();
    JsonObject json =
        new JsonObject()
            .put("gateways", AgentJson.list(cluster.gateways(), GatewayApi::json))
            .put("away", new JsonArray(cluster.away()))
            .put("drained", new JsonArray(new TreeSet<>(drains.draining()).stream().toList()))
            .put("size", cluster.size());
    cluster.trouble().ifPresent(trouble -> json.put("trouble", trouble));
    Answers.json(ctx, 200, json.put("registry", sync.json()));
  }

  private static JsonObject json(GatewayControl.Member member) {
    JsonObject json = new JsonObject().put("name", member.name()).put("url", member.url());
    if (!member.member().isEmpty()) {
      json.put("member", member.member()).put("discovery", member.discovery());
    }
    return json.put("pid", member.pid())
        .put("version", member.version())
        .put("leader", member.leader());
  }

  private void forget(RoutingContext ctx) {
    Bodies.optionalObject(ctx, Set.of());
    String name = ctx.pathParam("name");
    GatewayControl.Cluster cluster = gateway.cluster();
    if (!cluster.knows(name)) {
      throw unknown(name, cluster);
    }
    Answers.when(
        ctx,
        gateway.forget(name).recover(e -> Future.failedFuture(refusal(e, name))),
        done -> {
          events.add(
              "gateway.forgotten",
              Optional.empty(),
              Optional.empty(),
              Params.by(ctx),
              name + " counts for no majority any more");
          Answers.json(ctx, 200, new JsonObject().put("forgotten", name));
        });
  }

  private Throwable refusal(Throwable failure, String name) {
    if (failure instanceof GatewayPresentException present) {
      return Refusals.conflict(
          String.valueOf(present.getMessage()), "end it first, with nexus down on its machine");
    }
    return failure instanceof IllegalArgumentException ? unknown(name, gateway.cluster()) : failure;
  }

  private static ProblemException unknown(String name, GatewayControl.Cluster cluster) {
    return Refusals.notFound(
        "no gateway that is away is called '" + name + "'",
        cluster.away().isEmpty()
            ? "none is away"
            : "away are " + String.join(", ", cluster.away()));
  }

  private void shutdown(RoutingContext ctx) {
    Map<String, @Nullable Object> body = Bodies.optionalObject(ctx, Set.of("agents"));
    Object agents = body.getOrDefault("agents", false);
    if (!(agents instanceof Boolean stop)) {
      throw Refusals.member(
          "agents", "is " + agents + ", expected true (stop the agents too) or false");
    }
    events.add(
        "gateway.stopping",
        Optional.empty(),
        Optional.empty(),
        Params.by(ctx),
        gateway.name() + (stop ? " ends with all agents" : " ends; the agents go on"));
    // Only once the answer is on its way: the gateway closes its connections next.
    ctx.response().endHandler(sent -> gateway.shutdown(stop));
    Answers.json(ctx, 202, new JsonObject().put("state", "draining").put("agents", stop));
  }
}
