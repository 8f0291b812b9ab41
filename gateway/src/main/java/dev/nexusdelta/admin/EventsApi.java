package dev.nexusdelta.admin;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.Registry;
import dev.nexusdelta.fleet.EventLog;
import dev.nexusdelta.fleet.FleetControl;
import dev.nexusdelta.fleet.FleetEvent;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * {@code /api/v1/events}: server-sent events. Who comes back with {@code Last-Event-ID} misses
 * nothing: gets what happened since, or, where that is not known any more, {@code reset} and a
 * {@code snapshot} of all agents.
 */
final class EventsApi {
  private static final String SSE = "text/event-stream";
  private static final long KEEP_ALIVE_MILLIS = 15_000;

  private final Registry registry;
  private final FleetControl fleet;
  private final Changes changes;
  private final Followers followers;
  private final InstantSource clock;

  EventsApi(
      Registry registry,
      FleetControl fleet,
      Changes changes,
      Followers followers,
      InstantSource clock) {
    this.registry = registry;
    this.fleet = fleet;
    this.changes = changes;
    this.followers = followers;
    this.clock = clock;
  }

  void mount(Routes routes) {
    routes.get(Need.READ, "/api/v1/events", this::events);
  }

  private void events(RoutingContext ctx) {
    Optional<Instant> since = Params.moment(ctx, "since", clock);
    boolean follow = Params.flag(ctx, "follow", true);
    if (follow && ctx.request().method().equals(HttpMethod.GET)) {
      follow(ctx, since);
    } else {
      Answers.text(ctx, 200, SSE, start(ctx, since).text());
    }
  }

  /**
   * What a caller gets first.
   *
   * @param upTo id of the last event in it
   */
  private record Start(String text, long upTo) {}

  private Start start(RoutingContext ctx, Optional<Instant> since) {
    EventLog log = fleet.events();
    String last = ctx.request().getHeader("Last-Event-ID");
    Optional<List<FleetEvent>> missed =
        last == null || last.isBlank()
            ? Optional.of(log.recent())
            : number(last).flatMap(log::since);
    if (missed.isEmpty()) {
      return snapshot(log);
    }
    StringBuilder text = new StringBuilder();
    long upTo = number(last == null ? "" : last).orElse(-1L);
    for (FleetEvent event : missed.get()) {
      upTo = event.id();
      if (since.isEmpty() || !event.at().isBefore(since.get())) {
        text.append(text(event));
      }
    }
    return new Start(text.toString(), upTo);
  }

  private Start snapshot(EventLog log) {
    // The id is read first: an event in between is then sent twice rather than never.
    List<FleetEvent> kept = log.recent();
    long upTo = kept.isEmpty() ? 0 : kept.get(kept.size() - 1).id();
    String at = clock.instant().toString();
    JsonObject reset =
        new JsonObject()
            .put("id", upTo)
            .put("at", at)
            .put("type", "reset")
            .put("by", "gateway")
            .put("reason", "events since that id are not kept; all agents as they are follow");
    List<AgentSpec> specs =
        registry.agents().stream().sorted(Comparator.comparing(AgentSpec::name)).toList();
    JsonObject snapshot =
        new JsonObject()
            .put("id", upTo)
            .put("at", at)
            .put("type", "snapshot")
            .put("by", "gateway")
            .put("reason", "reset")
            .put("agents", AgentJson.list(specs, changes::json));
    return new Start(
        "event: reset\ndata: "
            + reset.encode()
            + "\n\nid: "
            + upTo
            + "\nevent: snapshot\ndata: "
            + snapshot.encode()
            + "\n\n",
        upTo);
  }

  private void follow(RoutingContext ctx, Optional<Instant> since) {
    Follower follower = followers.open(ctx, SSE);
    Vertx vertx = ctx.vertx();
    long timer =
        vertx.setPeriodic(KEEP_ALIVE_MILLIS, tick -> follower.send(Buffer.buffer(": alive\n\n")));
    follower.onEnd(() -> vertx.cancelTimer(timer));
    Live live = new Live(follower);
    var subscription = fleet.events().subscribe(live::event);
    follower.onEnd(subscription::close);
    live.begin(start(ctx, since));
  }

  /** Live events wait until what was missed is out, and none is sent twice. */
  private static final class Live {
    private final Follower follower;
    private final List<FleetEvent> early = new ArrayList<>();
    private boolean begun;
    private long upTo;

    Live(Follower follower) {
      this.follower = follower;
    }

    synchronized void event(FleetEvent event) {
      if (!begun) {
        early.add(event);
      } else if (event.id() > upTo) {
        follower.send(Buffer.buffer(text(event)));
      }
    }

    synchronized void begin(Start start) {
      follower.send(Buffer.buffer("retry: 2000\n\n" + start.text()));
      upTo = start.upTo();
      begun = true;
      early.forEach(this::event);
      early.clear();
    }
  }

  private static String text(FleetEvent event) {
    return "id: "
        + event.id()
        + "\nevent: "
        + event.type()
        + "\ndata: "
        + AgentJson.event(event).encode()
        + "\n\n";
  }

  private static Optional<Long> number(String text) {
    try {
      return Optional.of(Long.parseLong(text.strip()));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
