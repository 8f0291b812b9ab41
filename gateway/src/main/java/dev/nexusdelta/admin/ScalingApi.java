package dev.nexusdelta.admin;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.fleet.AgentStatus;
import dev.nexusdelta.fleet.FleetControl;
import dev.nexusdelta.scaling.DecisionEntry;
import dev.nexusdelta.scaling.FleetRoom;
import dev.nexusdelta.scaling.Replay;
import dev.nexusdelta.scaling.ScalingHistory;
import dev.nexusdelta.scaling.ScalingRecord;
import dev.nexusdelta.scaling.ScalingSettings;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** {@code /api/v1/agents/{name}/scaling}: how many replicas there are by load, and why. */
final class ScalingApi {
  private static final int USUALLY = 20;
  private static final int MOST = 256;

  private final FleetControl fleet;
  private final Changes changes;
  private final ScalingHistory history;
  private final InstantSource clock;

  ScalingApi(FleetControl fleet, Changes changes, ScalingHistory history, InstantSource clock) {
    this.fleet = fleet;
    this.changes = changes;
    this.history = history;
    this.clock = clock;
  }

  void mount(Routes routes) {
    routes.get(Need.READ_AGENT, "/api/v1/agents/{name}/scaling", this::tell);
  }

  private void tell(RoutingContext ctx) {
    AgentSpec spec = changes.existing(Params.name(ctx));
    int limit = Params.number(ctx, "limit", USUALLY, MOST);
    Optional<ScalingSettings> other = ReplaySettings.read(ctx, spec.manifest());
    Answers.when(
        ctx,
        history.of(spec.name().key(), MOST),
        story -> Answers.json(ctx, 200, json(spec, story, limit, other)));
  }

  private JsonObject json(
      AgentSpec spec, ScalingRecord story, int limit, Optional<ScalingSettings> other) {
    Optional<AgentStatus> status = fleet.status(spec.name());
    JsonObject json = ScalingJson.of(spec, status, story, limit);
    other.ifPresent(settings -> json.put("replay", replay(status, story, settings)));
    return json;
  }

  private JsonObject replay(
      Optional<AgentStatus> status, ScalingRecord story, ScalingSettings settings) {
    int desired = status.map(AgentStatus::desired).orElse(0);
    PastChanges did = PastChanges.of(story, desired, clock.instant());
    Replay would =
        Replay.run(
            story.load(),
            settings,
            startTime(story.decisions()),
            did.begin(),
            FleetRoom.Room.NO_CAP);
    return new JsonObject()
        .put("seconds", story.load().seconds())
        .put("settings", ScalingJson.settings(settings))
        .put("would", did.would(would))
        .put("did", did.did());
  }

  /** As it was known at the last decision. */
  private static Duration startTime(List<DecisionEntry> decisions) {
    return decisions.isEmpty() ? Duration.ZERO : decisions.get(0).input().startTime();
  }
}
