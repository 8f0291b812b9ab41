package dev.nexusdelta.fleet;

import dev.nexusdelta.host.ReplicaHost;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Tells other gateways of this one's events, and takes up theirs: each is told in order what it has
 * not heard, again until it has said that it has, as long as that is kept. What a gateway knows by
 * itself, as all do, is not told; nothing is told on. Tells on one context; {@link #hear} is
 * thread-safe.
 */
public final class EventRelay implements AutoCloseable {
  /** Follow from the registry, or from who is there: all gateways see that. */
  private static final Set<String> KNOWN_TO_ALL =
      Set.of(
          "agent.created",
          "agent.changed",
          "agent.deleted",
          "gateway.joined",
          "gateway.returned",
          "gateway.lost",
          "gateway.leads");

  private static final long SOON_MILLIS = 20;
  private static final long AGAIN_MILLIS = 2000;

  /** In one message; and as many of old ones does a gateway get that was never there before. */
  private static final int MOST = 200;

  private final Vertx vertx;
  private final Context context;
  private final EventLog events;
  private final String self;
  private final String life;
  private final Supplier<List<String>> others;
  private final Post post;
  private final ReplicaHost.Closeable subscription;
  private final AtomicBoolean soon = new AtomicBoolean();
  private final long timer;
  private volatile boolean closed;

  /** By the ids of the others. */
  private final Map<String, Listener> listeners = new HashMap<>();

  /** By the names of the others; guarded by itself. */
  private final Map<String, Heard> heard = new HashMap<>();

  /** Carries events to another gateway, which gives them to {@link EventRelay#hear}. */
  public interface Post {
    /** Succeeds once that gateway has them. */
    Future<String> send(String id, String text);
  }

  /** How far another gateway has heard. */
  private static final class Listener {
    private long upTo;
    private boolean telling;

    Listener(long upTo) {
      this.upTo = upTo;
    }
  }

  /**
   * How far another gateway was heard.
   *
   * @param life of it: its ids may begin anew with each
   */
  private record Heard(String life, long upTo) {}

  private EventRelay(
      Vertx vertx,
      EventLog events,
      String self,
      String life,
      Supplier<List<String>> others,
      Post post) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.events = events;
    this.self = self;
    this.life = life;
    this.others = others;
    this.post = post;
    subscription = events.subscribe(this::added);
    timer = vertx.setPeriodic(AGAIN_MILLIS, look -> context.runOnContext(go -> tell()));
  }

  /**
   * Begins to tell.
   *
   * @param self name of this gateway
   * @param life another one for each start of it
   * @param others ids of the gateways that are there now, without this one
   */
  public static EventRelay start(
      Vertx vertx,
      EventLog events,
      String self,
      String life,
      Supplier<List<String>> others,
      Post post) {
    return new EventRelay(vertx, events, self, life, others, post);
  }

  @Override
  public void close() {
    closed = true;
    subscription.close();
    vertx.cancelTimer(timer);
  }

  private static boolean isToldOn(FleetEvent event) {
    return event.gateway().isEmpty() && !KNOWN_TO_ALL.contains(event.type());
  }

  private void added(FleetEvent event) {
    if (isToldOn(event) && soon.compareAndSet(false, true)) {
      vertx.setTimer(
          SOON_MILLIS,
          now ->
              context.runOnContext(
                  go -> {
                    soon.set(false);
                    tell();
                  }));
    }
  }

  private void tell() {
    if (closed) {
      return;
    }
    for (String id : others.get()) {
      Listener listener = listeners.computeIfAbsent(id, fresh -> new Listener(begin()));
      if (!listener.telling) {
        tell(id, listener);
      }
    }
  }

  /** For who hears for the first time, or has missed more than is kept. */
  private long begin() {
    List<FleetEvent> kept = events.recent();
    return kept.isEmpty() ? 0 : kept.get(Math.max(0, kept.size() - MOST)).id() - 1;
  }

  private void tell(String id, Listener listener) {
    List<FleetEvent> missed =
        events.since(listener.upTo).or(() -> events.since(begin())).orElse(List.of());
    List<FleetEvent> next = missed.subList(0, Math.min(MOST, missed.size()));
    if (next.isEmpty()) {
      return;
    }
    long upTo = next.get(next.size() - 1).id();
    List<FleetEvent> told = next.stream().filter(EventRelay::isToldOn).toList();
    if (told.isEmpty()) {
      listener.upTo = upTo;
      tell(id, listener);
      return;
    }
    listener.telling = true;
    post.send(id, text(told))
        .onComplete(
            done ->
                context.runOnContext(
                    go -> {
                      listener.telling = false;
                      // Who has not answered may be away, or of an older version: later again.
                      if (done.succeeded()) {
                        listener.upTo = upTo;
                        tell();
                      }
                    }));
  }

  private String text(List<FleetEvent> told) {
    JsonArray all = new JsonArray();
    for (FleetEvent event : told) {
      all.add(
          new JsonObject()
              .put("id", event.id())
              .put("at", event.at().toString())
              .put("type", event.type())
              .put("agent", event.agent().orElse(null))
              .put("replica", event.replica().orElse(null))
              .put("by", event.by())
              .put("reason", event.reason()));
    }
    return new JsonObject().put("gateway", self).put("life", life).put("events", all).encode();
  }

  /**
   * Takes up what another gateway tells; what it tells again is known.
   *
   * @return fails if that cannot be read; what could be is taken up then
   */
  public Future<String> hear(String text) {
    try {
      JsonObject told = new JsonObject(text);
      JsonArray all = told.getJsonArray("events");
      synchronized (heard) {
        for (int i = 0; i < all.size(); i++) {
          hear(told.getString("gateway"), told.getString("life"), all.getJsonObject(i));
        }
      }
      return Future.succeededFuture("");
    } catch (RuntimeException e) {
      return Future.failedFuture(new IllegalArgumentException("no events can be read in there", e));
    }
  }

  private void hear(String gateway, String sentIn, JsonObject json) {
    FleetEvent event =
        new FleetEvent(
            json.getLong("id"),
            Instant.parse(json.getString("at")),
            json.getString("type"),
            Optional.ofNullable(json.getString("agent")),
            Optional.ofNullable(json.getString("replica")),
            json.getString("by"),
            json.getString("reason"));
    Heard before = heard.get(gateway);
    if (before == null || !before.life().equals(sentIn) || before.upTo() < event.id()) {
      heard.put(gateway, new Heard(sentIn, event.id()));
      events.heard(gateway, event);
    }
  }
}
