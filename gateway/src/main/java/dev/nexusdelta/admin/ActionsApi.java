package dev.nexusdelta.admin;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.StaleRevisionException;
import dev.nexusdelta.fleet.AgentState;
import dev.nexusdelta.fleet.AgentStatus;
import dev.nexusdelta.fleet.FleetControl;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Manifest;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@code start}, {@code stop}, {@code restart}, {@code scale}: each an edit and an operation. */
final class ActionsApi {
  private static final int MOST_REPLICAS = 1_000;
  private static final Set<String> BOUNDS =
      new TreeSet<>(Set.of("min", "max", "target-rps", "target-concurrency", "window"));
  private static final Set<String> SCALE_MEMBERS =
      new TreeSet<>(
          Set.of("replicas", "auto", "min", "max", "target-rps", "target-concurrency", "window"));

  private final FleetControl fleet;
  private final Changes changes;

  ActionsApi(FleetControl fleet, Changes changes) {
    this.fleet = fleet;
    this.changes = changes;
  }

  void mount(Routes routes) {
    routes.post(
        Need.MANAGE_AGENT, "/api/v1/agents/{name}/start", ctx -> act(ctx, "start", this::started));
    routes.post(
        Need.MANAGE_AGENT,
        "/api/v1/agents/{name}/stop",
        ctx -> act(ctx, "stop", spec -> SpecEdits.withEnabled(spec, false)));
    routes.post(
        Need.MANAGE_AGENT,
        "/api/v1/agents/{name}/restart",
        ctx -> act(ctx, "restart", SpecEdits::restarted));
    routes.post(Need.MANAGE_AGENT, "/api/v1/agents/{name}/scale", this::scale);
  }

  private void act(RoutingContext ctx, String kind, Function<AgentSpec, AgentSpec> edit) {
    Bodies.optionalObject(ctx, Set.of());
    Answers.when(
        ctx,
        changes.change(ctx, Params.name(ctx), edit),
        done -> changes.operation(ctx, kind, done));
  }

  /** An agent that has given up gets new replicas; one that runs is left alone. */
  private AgentSpec started(AgentSpec spec) {
    boolean gaveUp =
        fleet
            .status(spec.name())
            .map(AgentStatus::state)
            .filter(AgentState.FAILED::equals)
            .isPresent();
    return spec.enabled() && gaveUp ? SpecEdits.restarted(spec) : SpecEdits.withEnabled(spec, true);
  }

  private void scale(RoutingContext ctx) {
    AgentName name = Params.name(ctx);
    AgentSpec read = changes.existing(name);
    Map<String, @Nullable Object> body = Bodies.optionalObject(ctx, SCALE_MEMBERS);
    if (elsewhere(read.manifest())) {
      throw Refusals.conflict(
          "agent '" + name + "' runs elsewhere: it has as many replicas as run.url has addresses",
          "change run.url, or the names that it resolves");
    }
    Optional<OptionalInt> pinned = pinned(body);
    Map<String, @Nullable Object> bounds = new LinkedHashMap<>(body);
    bounds.keySet().retainAll(BOUNDS);
    if (pinned.isEmpty() && bounds.isEmpty()) {
      throw Refusals.member(
          "replicas",
          "is missing; send {\"replicas\":3}, {\"auto\":true} or {\"min\":1,\"max\":5}");
    }
    if (pinned.isPresent() && pinned.get().isPresent() && !bounds.isEmpty()) {
      throw Refusals.member(
          "replicas", "pins the number, so min, max and targets cannot be sent with it");
    }
    Future<Changes.Change> change =
        changes.change(ctx, name, stored -> scaled(stored, read, pinned, bounds));
    Answers.when(ctx, change, done -> changes.operation(ctx, "scale", done));
  }

  private static AgentSpec scaled(
      AgentSpec stored,
      AgentSpec read,
      Optional<OptionalInt> pinned,
      Map<String, @Nullable Object> bounds) {
    if (elsewhere(stored.manifest()) != elsewhere(read.manifest())) {
      throw new StaleRevisionException(stored.name(), read.revision(), stored.revision());
    }
    AgentSpec spec =
        bounds.isEmpty()
            ? stored
            : SpecEdits.withManifest(
                stored,
                Manifests.patched(stored.manifest(), Map.of("scale", bounds)),
                stored.codeHash());
    return pinned.isEmpty() ? spec : SpecEdits.withPinned(spec, pinned.get());
  }

  /** What to pin: a number, {@code OptionalInt.empty()} to unpin, nothing to leave it as it is. */
  private static Optional<OptionalInt> pinned(Map<String, @Nullable Object> body) {
    boolean auto = body.containsKey("auto");
    if (auto && !Boolean.TRUE.equals(body.get("auto"))) {
      throw Refusals.member("auto", "is " + body.get("auto") + ", expected true");
    }
    if (!body.containsKey("replicas")) {
      return auto ? Optional.of(OptionalInt.empty()) : Optional.empty();
    }
    if (auto) {
      throw Refusals.member("auto", "unpins what replicas pins: send one of them");
    }
    Object replicas = body.get("replicas");
    if (replicas instanceof Integer count && count >= 0 && count <= MOST_REPLICAS) {
      return Optional.of(OptionalInt.of(count));
    }
    throw Refusals.member(
        "replicas", "is " + replicas + ", expected a whole number from 0 to " + MOST_REPLICAS);
  }

  private static boolean elsewhere(Manifest manifest) {
    return manifest.run().fold(java -> false, command -> false, image -> false, url -> true);
  }
}
