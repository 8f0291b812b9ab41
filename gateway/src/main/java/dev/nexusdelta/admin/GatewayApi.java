package dev.nexusdelta.admin;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The gateway itself: {@code /api/v1/config}, {@code /api/v1/cluster}, {@code /api/v1/shutdown}.
 */
final class GatewayApi {
  private final GatewayControl gateway;
  private final SyncApi sync;

  GatewayApi(GatewayControl gateway, SyncApi sync) {
    this.gateway = gateway;
    this.sync = sync;
  }

  void mount(Routes routes) {
    routes.get("/api/v1/config", this::config);
    routes.get("/api/v1/cluster", this::cluster);
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
            .put("size", cluster.size());
    cluster.trouble().ifPresent(trouble -> json.put("trouble", trouble));
    Answers.json(ctx, 200, json.put("registry", sync.json()));
  }

  private static JsonObject json(GatewayControl.Member member) {
    JsonObject json = new JsonObject().put("name", member.name()).put("url", member.url());
    if (!member.member().isEmpty()) {
      json.put("member", member.member());
    }
    return json.put("pid", member.pid())
        .put("version", member.version())
        .put("leader", member.leader());
  }

  private void shutdown(RoutingContext ctx) {
    Map<String, @Nullable Object> body = Bodies.optionalObject(ctx, Set.of("agents"));
    Object agents = body.getOrDefault("agents", false);
    if (!(agents instanceof Boolean stop)) {
      throw Refusals.member(
          "agents", "is " + agents + ", expected true (stop the agents too) or false");
    }
    // Only once the answer is on its way: the gateway closes its connections next.
    ctx.response().endHandler(sent -> gateway.shutdown(stop));
    Answers.json(ctx, 202, new JsonObject().put("state", "draining").put("agents", stop));
  }
}
