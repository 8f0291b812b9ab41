package dev.nexusdelta.admin;

import dev.nexusdelta.admin.Changes.Change;
import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.fleet.EventLog;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.sync.SyncControl;
import dev.nexusdelta.sync.SyncState;
import dev.nexusdelta.sync.SyncStatus;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * The registry and the one outside: how they stand, revisions that gave way, and the word that a
 * mass deletion is meant so.
 */
final class SyncApi {
  private final SyncControl sync;
  private final Changes changes;
  private final EventLog events;
  private final LongSupplier nanos;

  SyncApi(SyncControl sync, Changes changes, EventLog events, LongSupplier nanos) {
    this.sync = sync;
    this.changes = changes;
    this.events = events;
    this.nanos = nanos;
  }

  void mount(Routes routes) {
    routes.get(Need.READ_AGENT, "/api/v1/agents/{name}/superseded", this::superseded);
    routes.post(
        Need.MANAGE_AGENT, "/api/v1/agents/{name}/superseded/{revision}/restore", this::restore);
    routes.post("/api/v1/cluster/confirm-deletions", this::confirm);
  }

  /** How the two stand. */
  JsonObject json() {
    JsonArray refused = new JsonArray();
    sync.refused().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            entry ->
                refused.add(
                    new JsonObject()
                        .put("agent", entry.getKey().value())
                        .put("reason", entry.getValue())));
    JsonObject json =
        sync.status()
            .map(this::json)
            .orElseGet(
                () ->
                    new JsonObject()
                        .put("sync", SyncState.OFF.label())
                        .put("pending", 0)
                        .put("lagSeconds", 0.0)
                        .put("reason", ""));
    return json.put("refused", refused);
  }

  private JsonObject json(SyncStatus status) {
    String reason =
        status.state() == SyncState.HELD
            ? "most documents are gone, and nothing is deleted here before somebody says that it is"
                + " meant so: nexus sync confirm-deletions"
            : status.trouble();
    return new JsonObject()
        .put("sync", status.state().label())
        .put("pending", status.pending())
        .put("lagSeconds", status.lagNanos(nanos.getAsLong()) / 1_000_000 / 1e3)
        .put("reason", reason);
  }

  private void superseded(RoutingContext ctx) {
    AgentName name = Params.name(ctx);
    Answers.when(
        ctx,
        sync.superseded(name),
        revisions ->
            Answers.json(
                ctx,
                200,
                new JsonObject()
                    .put("superseded", AgentJson.list(revisions, AgentJson::superseded))));
  }

  private void restore(RoutingContext ctx) {
    Bodies.optionalObject(ctx, Set.of());
    AgentName name = Params.name(ctx);
    long revision = Params.revision(ctx);
    Future<Change> change =
        sync.superseded(name)
            .map(revisions -> earlier(revisions, name, revision))
            .compose(
                earlier -> changes.make(ctx, name, stored -> SpecEdits.restored(earlier, stored)));
    Answers.when(ctx, change, done -> answer(ctx, done));
  }

  private void answer(RoutingContext ctx, Change done) {
    if (done.after().deleted()) {
      changes.operation(ctx, "delete", done.after());
    } else {
      changes.answer(ctx, done);
    }
  }

  private static AgentSpec earlier(List<AgentSpec> revisions, AgentName name, long revision) {
    return revisions.stream()
        .filter(spec -> spec.revision() == revision)
        .findFirst()
        .orElseThrow(
            () ->
                Refusals.notFound(
                    "no revision " + revision + " of agent '" + name + "' gave way to another",
                    "GET /api/v1/agents/" + name.key() + "/superseded lists those that did"));
  }

  private void confirm(RoutingContext ctx) {
    Bodies.optionalObject(ctx, Set.of());
    Answers.when(
        ctx,
        sync.confirmVanished(),
        held -> {
          if (!held) {
            throw Refusals.conflict(
                "no deletions wait for a word",
                "GET /api/v1/cluster shows how the registry and the one outside stand");
          }
          events.add(
              "sync.confirmed",
              Optional.empty(),
              Optional.empty(),
              Params.by(ctx),
              "agents whose documents are gone are deleted here too");
          Answers.json(ctx, 200, new JsonObject().put("registry", json()));
        });
  }
}
