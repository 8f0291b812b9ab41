package dev.nexusdelta.admin;

import dev.nexusdelta.fleet.FleetControl;
import dev.nexusdelta.fleet.Operation;
import dev.nexusdelta.sync.SyncControl;
import io.vertx.ext.web.RoutingContext;

/**
 * {@code /api/v1/operations/{id}}: how accepted work stands; {@code ?wait=30s} waits for its end.
 */
final class OperationsApi {
  private final FleetControl fleet;
  private final SyncControl sync;

  OperationsApi(FleetControl fleet, SyncControl sync) {
    this.fleet = fleet;
    this.sync = sync;
  }

  void mount(Routes routes) {
    routes.get(Need.READ_SOME, "/api/v1/operations/{id}", this::read);
  }

  private void read(RoutingContext ctx) {
    String id = ctx.pathParam("id");
    Operation operation =
        fleet
            .operation(id)
            .orElseThrow(
                () ->
                    Refusals.notFound(
                        "there is no operation of that id",
                        "ended operations are kept for an hour; GET /api/v1/agents shows how"
                            + " agents stand"));
    Caller.check(ctx, Need.READ_AGENT, operation.agent());
    Answers.when(
        ctx,
        Waiting.on(ctx, fleet, operation),
        last -> Answers.json(ctx, 200, AgentJson.operation(last, sync.of(last.agent()))));
  }
}
