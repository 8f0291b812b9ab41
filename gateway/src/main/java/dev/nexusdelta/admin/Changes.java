package dev.nexusdelta.admin;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.Registry;
import dev.nexusdelta.discovery.StaleRevisionException;
import dev.nexusdelta.fleet.FleetControl;
import dev.nexusdelta.fleet.Operation;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Nearest;
import dev.nexusdelta.problem.Problem;
import dev.nexusdelta.problem.ProblemCode;
import dev.nexusdelta.problem.ProblemException;
import dev.nexusdelta.sync.SyncControl;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Makes the changes that callers of the admin API ask for, and answers them: conditions, dry runs,
 * operations. Every change is an edit of the registry; the fleet follows that by itself.
 */
final class Changes {
  private final Registry registry;
  private final FleetControl fleet;
  private final FolderSync folders;
  private final SyncControl sync;

  Changes(Registry registry, FleetControl fleet, FolderSync folders, SyncControl sync) {
    this.registry = registry;
    this.fleet = fleet;
    this.folders = folders;
    this.sync = sync;
  }

  /**
   * What an edit did.
   *
   * @param before as stored until then, tombstones too
   */
  record Change(Optional<AgentSpec> before, AgentSpec after) {
    boolean created() {
      return before.filter(spec -> !spec.deleted()).isEmpty();
    }

    boolean changed() {
      return created() || before.filter(after::equals).isEmpty();
    }

    boolean replacesReplicas() {
      return !created()
          && after.enabled()
          && SpecEdits.replacesReplicas(before.orElseThrow(), after);
    }
  }

  /** The agent, if there is one. */
  Optional<AgentSpec> find(AgentName name) {
    return registry.agent(name);
  }

  /** The agent, or 404 with the names that may have been meant. */
  AgentSpec existing(AgentName name) {
    return find(name).orElseThrow(() -> unknown(name));
  }

  ProblemException unknown(AgentName name) {
    List<String> known = registry.agents().stream().map(spec -> spec.name().value()).toList();
    List<String> near = Nearest.of(name.value(), known, 3);
    List<String> faults = folders.seen().faults(name);
    if (!faults.isEmpty()) {
      return new ProblemException(
          Problem.of(
                  ProblemCode.AGENT_UNKNOWN,
                  "there is no agent '" + name + "', because its file is refused")
              .hint(String.join("; ", faults)));
    }
    String hint =
        near.isEmpty()
            ? "GET /api/v1/agents lists the agents; POST /api/v1/agents makes one"
            : "did you mean " + String.join(", ", near) + "?";
    return new ProblemException(
        Problem.of(ProblemCode.AGENT_UNKNOWN, "there is no agent '" + name + "'").hint(hint));
  }

  /** Changes an agent that must exist. */
  Future<Change> change(RoutingContext ctx, AgentName name, Function<AgentSpec, AgentSpec> edit) {
    return make(
        ctx,
        name,
        stored ->
            edit.apply(stored.filter(spec -> !spec.deleted()).orElseThrow(() -> unknown(name))));
  }

  /**
   * Changes or makes an agent, under the request's {@code If-Match}; with {@code dryRun} nothing is
   * stored.
   *
   * @param edit may throw a {@link ProblemException}: then nothing changes
   */
  Future<Change> make(
      RoutingContext ctx, AgentName name, Function<Optional<AgentSpec>, AgentSpec> edit) {
    try {
      OptionalLong ifRevision = ifMatch(ctx, name);
      if (dryRun(ctx)) {
        Optional<AgentSpec> stored = registry.agentOrTombstone(name);
        long revision = stored.map(AgentSpec::revision).orElse(0L);
        if (ifRevision.isPresent() && ifRevision.getAsLong() != revision) {
          throw new StaleRevisionException(name, ifRevision.getAsLong(), revision);
        }
        return Future.succeededFuture(new Change(stored, edit.apply(stored)));
      }
      AtomicReference<Optional<AgentSpec>> before = new AtomicReference<>(Optional.empty());
      return registry
          .edit(
              name,
              ifRevision,
              Params.by(ctx),
              stored -> {
                before.set(stored);
                AgentSpec next = edit.apply(stored);
                check(stored, next);
                return next;
              })
          .map(after -> new Change(Objects.requireNonNull(before.get()), after));
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  /** Throws 503 if a change of what runs cannot be made now. */
  void check(Optional<AgentSpec> before, AgentSpec after) {
    if (SpecEdits.movesReplicas(before, after)) {
      refuseWhileAway(before, after);
    }
  }

  /** Throws 503 while a host that has to take part in the change can start and stop nothing. */
  private void refuseWhileAway(Optional<AgentSpec> before, AgentSpec after) {
    Stream.concat(before.stream(), Stream.of(after))
        .filter(spec -> !spec.deleted())
        .map(spec -> fleet.trouble(spec.manifest().run()))
        .flatMap(Optional::stream)
        .findFirst()
        .ifPresent(
            reason -> {
              throw Refusals.engineAway(reason);
            });
  }

  static boolean dryRun(RoutingContext ctx) {
    return Params.flag(ctx, "dryRun", false);
  }

  /** The revision that {@code If-Match} asks for; of several the one that matches, if any does. */
  private OptionalLong ifMatch(RoutingContext ctx, AgentName name) {
    Optional<AgentSpec> present = registry.agent(name);
    if ("*".equals(ctx.request().getHeader(HttpHeaders.IF_NONE_MATCH)) && present.isPresent()) {
      throw stale("agent '" + name + "' exists already, at revision " + present.get().revision());
    }
    String header = ctx.request().getHeader(HttpHeaders.IF_MATCH);
    if (header == null) {
      return OptionalLong.empty();
    }
    if (present.isEmpty()) {
      throw stale("there is no agent '" + name + "', so no revision of it matches If-Match");
    }
    long revision = present.get().revision();
    if (header.strip().equals("*")) {
      return OptionalLong.of(revision);
    }
    for (String tag : header.split(",", -1)) {
      if (tag.strip().equals(etag(revision))) {
        return OptionalLong.of(revision);
      }
    }
    throw stale(
        "agent '" + name + "' is at revision " + etag(revision) + ", If-Match asks for another");
  }

  private static ProblemException stale(String detail) {
    return new ProblemException(
        Problem.of(ProblemCode.STALE_REVISION, detail)
            .hint("read the agent again and repeat the change"));
  }

  private static String etag(long revision) {
    return "\"" + revision + "\"";
  }

  /** Answers an edit of the manifest: 201, 200, or 202 if replicas are replaced. */
  void answer(RoutingContext ctx, Change change) {
    if (dryRun(ctx)) {
      Answers.json(ctx, 200, preview(change));
    } else if (change.created()) {
      ctx.response()
          .putHeader(HttpHeaders.LOCATION, "/api/v1/agents/" + change.after().name().key());
      agent(ctx, 201, change.after());
    } else if (change.changed() && change.replacesReplicas()) {
      operation(ctx, "change", change.after());
    } else {
      agent(ctx, 200, change.after());
    }
  }

  /**
   * As {@link #answer}; where a file says nothing new, and what it said before does not hold yet or
   * has failed, with the operation that tells so.
   */
  void applied(RoutingContext ctx, Change change) {
    if (dryRun(ctx) || change.changed() || fleet.holds(change.after())) {
      answer(ctx, change);
    } else {
      operation(ctx, "change", change.after());
    }
  }

  private JsonObject preview(Change change) {
    Source.Drift[] none = new Source.Drift[0];
    List<Source.Drift> changes =
        change.created()
            ? List.of(none)
            : Manifests.difference(
                change.after().manifest(), change.before().orElseThrow().manifest());
    JsonArray rows =
        AgentJson.list(
            changes,
            row ->
                new JsonObject()
                    .put("key", row.key())
                    .put("from", row.registry().orElse(null))
                    .put("to", row.file().orElse(null)));
    return json(change.after())
        .put("dryRun", true)
        .put("created", change.created())
        .put("replacesReplicas", change.replacesReplicas())
        .put("changes", rows);
  }

  JsonObject json(AgentSpec spec) {
    return AgentJson.agent(
        spec, fleet.status(spec.name()), folders.seen().source(spec), sync.of(spec.name()));
  }

  void agent(RoutingContext ctx, int status, AgentSpec spec) {
    ctx.response().putHeader(HttpHeaders.ETAG, etag(spec.revision()));
    Answers.json(ctx, status, json(spec));
  }

  void etag(RoutingContext ctx, AgentName name) {
    registry
        .agent(name)
        .ifPresent(spec -> ctx.response().putHeader(HttpHeaders.ETAG, etag(spec.revision())));
  }

  /**
   * As {@link #operation}; where nothing had to be changed and the agent still is not as wanted,
   * because its host is away, that is told at once.
   */
  void operation(RoutingContext ctx, String kind, Change change) {
    AgentSpec spec = change.after();
    if (!change.changed() && !dryRun(ctx) && !settled(spec)) {
      refuseWhileAway(Optional.empty(), spec);
    }
    operation(ctx, kind, spec);
  }

  private boolean settled(AgentSpec spec) {
    return fleet
        .status(spec.name())
        .map(
            status ->
                spec.enabled() ? status.ready() >= status.desired() : status.replicas().isEmpty())
        .orElse(false);
  }

  /** Follows a stored change and answers with its operation, once it has ended if so asked. */
  void operation(RoutingContext ctx, String kind, AgentSpec spec) {
    if (dryRun(ctx)) {
      Answers.json(ctx, 200, json(spec).put("dryRun", true));
      return;
    }
    Operation operation = fleet.track(kind, spec, Params.by(ctx));
    ctx.response().putHeader(HttpHeaders.ETAG, etag(spec.revision()));
    operation(ctx, operation);
  }

  private void operation(RoutingContext ctx, Operation operation) {
    ctx.response().putHeader(HttpHeaders.LOCATION, "/api/v1/operations/" + operation.id());
    Answers.when(
        ctx,
        Waiting.on(ctx, fleet, operation),
        last ->
            Answers.json(
                ctx,
                last.ended().isPresent() ? 200 : 202,
                AgentJson.operation(last, sync.of(last.agent()))));
  }
}
