package dev.nexusdelta.admin;

import dev.nexusdelta.fleet.EventLog;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** {@code /api/v1/cluster/{name}/drain} and {@code undrain}. */
final class DrainApi {
  private final DrainControl drains;
  private final GatewayControl gateway;
  private final EventLog events;

  DrainApi(DrainControl drains, GatewayControl gateway, EventLog events) {
    this.drains = drains;
    this.gateway = gateway;
    this.events = events;
  }

  void mount(Routes routes) {
    routes.post("/api/v1/cluster/{name}/drain", ctx -> drain(ctx, true));
    routes.post("/api/v1/cluster/{name}/undrain", ctx -> drain(ctx, false));
  }

  private void drain(RoutingContext ctx, boolean drain) {
    Bodies.optionalObject(ctx, Set.of());
    String name = ctx.pathParam("name");
    Set<String> known = new TreeSet<>(drains.gateways());
    if (known.isEmpty()) {
      throw Refusals.conflict(
          "this gateway is alone: what runs here can go nowhere",
          "the key cluster.members names the other gateways of a cluster");
    }
    GatewayControl.Cluster cluster = gateway.cluster();
    known.addAll(cluster.away());
    if (!known.contains(name)) {
      throw Refusals.notFound(
          "no gateway is called '" + name + "'", "there are " + String.join(", ", known));
    }
    boolean away = cluster.away().contains(name) && !cluster.isThere(name);
    boolean changes = drains.draining().contains(name) != drain;
    Answers.when(
        ctx,
        drains.drain(name, drain),
        done -> {
          if (changes) {
            tell(name, drain, Params.by(ctx));
          }
          Set<String> draining = new TreeSet<>(drains.draining());
          // It may not have been heard here yet.
          if (drain) {
            draining.add(name);
          } else {
            draining.remove(name);
          }
          Answers.json(
              ctx,
              200,
              new JsonObject()
                  .put("gateway", name)
                  .put("draining", drain)
                  .put("away", away)
                  .put("changed", changes)
                  .put("drained", new JsonArray(draining.stream().toList())));
        });
  }

  private void tell(String gateway, boolean drain, String by) {
    events.add(
        drain ? "gateway.draining" : "gateway.undrained",
        Optional.empty(),
        Optional.empty(),
        by,
        gateway + (drain ? " is to run nothing" : " may run replicas again"));
  }
}
