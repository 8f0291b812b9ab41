package dev.nexusdelta.admin;

import dev.nexusdelta.fleet.AgentStatus;
import dev.nexusdelta.fleet.AgentStatus.ReplicaStatus;
import dev.nexusdelta.fleet.FleetControl;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** {@code /api/v1/agents/{name}/replicas}. */
final class ReplicasApi {
  private final FleetControl fleet;
  private final Changes changes;

  ReplicasApi(FleetControl fleet, Changes changes) {
    this.fleet = fleet;
    this.changes = changes;
  }

  void mount(Routes routes) {
    routes.get(Need.READ_AGENT, "/api/v1/agents/{name}/replicas", this::list);
  }

  private void list(RoutingContext ctx) {
    boolean stats = Params.flag(ctx, "stats", false);
    List<ReplicaStatus> replicas =
        fleet
            .status(changes.existing(Params.name(ctx)).name())
            .map(AgentStatus::everywhere)
            .orElse(List.of());
    List<Future<JsonObject>> rows =
        replicas.stream()
            .map(
                replica ->
                    stats ? withStats(replica) : Future.succeededFuture(AgentJson.replica(replica)))
            .toList();
    Answers.when(
        ctx,
        Future.join(rows),
        all ->
            Answers.json(
                ctx, 200, new JsonObject().put("replicas", new JsonArray(all.<Object>list()))));
  }

  /** Without the two figures where the replica has just gone. */
  private Future<JsonObject> withStats(ReplicaStatus replica) {
    JsonObject row = AgentJson.replica(replica);
    return fleet
        .stats(replica.id())
        .map(
            stats ->
                row.put("memoryBytes", stats.memoryBytes())
                    .put("cpuSeconds", stats.cpu().toMillis() / 1000.0))
        .otherwise(row);
  }
}
