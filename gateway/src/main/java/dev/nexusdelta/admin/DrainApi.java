package dev.nexusdelta.admin;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.TreeSet;

/** {@code /api/v1/cluster/{name}/drain} and {@code undrain}. */
final class DrainApi {
  private final DrainControl drains;

  DrainApi(DrainControl drains) {
    this.drains = drains;
  }

  void mount(Routes routes) {
    routes.post("/api/v1/cluster/{name}/drain", ctx -> drain(ctx, true));
    routes.post("/api/v1/cluster/{name}/undrain", ctx -> drain(ctx, false));
  }

  private void drain(RoutingContext ctx, boolean drain) {
    Bodies.optionalObject(ctx, Set.of());
    String gateway = ctx.pathParam("name");
    Set<String> known = new TreeSet<>(drains.gateways());
    if (known.isEmpty()) {
      throw Refusals.conflict(
          "this gateway is alone: what runs here can go nowhere",
          "the key cluster.members names the other gateways of a cluster");
    }
    if (!known.contains(gateway)) {
      throw Refusals.notFound(
          "no gateway is called '" + gateway + "'", "there are " + String.join(", ", known));
    }
    Answers.when(
        ctx,
        drains.drain(gateway, drain),
        done -> {
          Set<String> draining = new TreeSet<>(drains.draining());
          // It may not have been heard here yet.
          if (drain) {
            draining.add(gateway);
          } else {
            draining.remove(gateway);
          }
          Answers.json(
              ctx,
              200,
              new JsonObject()
                  .put("gateway", gateway)
                  .put("draining", drain)
                  .put("drained", new JsonArray(draining.stream().toList())));
        });
  }
}
