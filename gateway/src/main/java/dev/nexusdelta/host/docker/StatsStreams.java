package dev.nexusdelta.host.docker;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import dev.nexusdelta.host.ReplicaStats;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What running containers use: one stream, one thread and one connection per subscribed container,
 * on which the engine writes a sample each second, until nobody has asked for a while. All methods
 * may be called from any thread and do not block.
 */
final class StatsStreams implements AutoCloseable {
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** The engine writes each second: from here on the stream is taken for dead. */
  private static final Duration DEAD = Duration.ofSeconds(15);

  /** Longer than the pause between two scrapes, as a rule: the first sample takes its time. */
  private static final Duration UNASKED = Duration.ofSeconds(30);

  /**
   * Of a container that does not run come empty samples. Then it is asked for anew: a stream that
   * was opened while its container was being removed goes on empty for ever.
   */
  private static final int MOST_EMPTY = 3;

  private final EngineWire wire;
  private final Duration stale;
  private final Vertx vertx;
  private final long timer;
  // Both under this object's lock.
  private final Map<String, Subscription> subscriptions = new HashMap<>();
  private boolean closed;

  /**
   * @param stale a sample older than this is not shown: better none than a wrong one
   */
  StatsStreams(EngineWire wire, Vertx vertx, Duration stale) {
    this.wire = wire;
    this.stale = stale;
    this.vertx = vertx;
    this.timer = vertx.setPeriodic(LOOK.toMillis(), fired -> look());
  }

  private record Sample(ReplicaStats stats, long at) {}

  private final class Subscription {
    private final String container;
    private final EngineStream stream;
    private volatile @Nullable Sample last;
    private volatile long askedAt;

    Subscription(String container) {
      asked();
      this.container = container;
      this.stream =
          new EngineStream(
              "stats-" + EngineStream.abridged(container), wire, this::read, ended -> {});
    }

    private boolean read(EngineStream opener) throws IOException {
      try (Response response = opener.open("/containers/" + container + "/stats?stream=true")) {
        JsonLines lines = new JsonLines(response.getBody());
        @Nullable JsonObject next;
        int empty = 0;
        while (empty < MOST_EMPTY && (next = lines.next()) != null) {
          opener.heard();
          long now = wire.nanos().getAsLong();
          last = StatsSample.of(next).map(stats -> new Sample(stats, now)).orElse(null);
          empty = last == null ? empty + 1 : 0;
        }
        return true;
      } catch (DockerException e) {
        last = null;
        return !EngineWire.isFinal(e);
      }
    }

    void asked() {
      askedAt = wire.nanos().getAsLong();
    }

    boolean isUnasked() {
      return wire.nanos().getAsLong() - askedAt > UNASKED.toNanos();
    }

    Optional<ReplicaStats> latest() {
      asked();
      Sample sample = last;
      if (sample == null || wire.nanos().getAsLong() - sample.at > stale.toNanos()) {
        return Optional.empty();
      }
      return Optional.of(sample.stats);
    }
  }

  /** Begins to watch a container; one that is watched already goes on to be. */
  synchronized void subscribe(String container) {
    Subscription watched = subscriptions.get(container);
    if (watched != null) {
      watched.asked();
    } else if (!closed) {
      Subscription subscription = new Subscription(container);
      subscriptions.put(container, subscription);
      subscription.stream.start();
    }
  }

  /** Ends the container's stream. */
  synchronized void unsubscribe(String container) {
    Subscription subscription = subscriptions.remove(container);
    if (subscription != null) {
      subscription.stream.close();
    }
  }

  /** The newest sample; empty before the first, when it is stale, or nothing runs. */
  Optional<ReplicaStats> latest(String container) {
    Subscription subscription;
    synchronized (this) {
      subscription = subscriptions.get(container);
    }
    return subscription == null ? Optional.empty() : subscription.latest();
  }

  /** The engine was away or hung: opens all streams anew. */
  synchronized void suspect() {
    subscriptions.values().forEach(subscription -> subscription.stream.reopen());
  }

  @Override
  public synchronized void close() {
    closed = true;
    vertx.cancelTimer(timer);
    subscriptions.values().forEach(subscription -> subscription.stream.close());
    subscriptions.clear();
  }

  private synchronized void look() {
    subscriptions.values().removeIf(StatsStreams::endsUnasked);
    for (Subscription subscription : subscriptions.values()) {
      if (subscription.stream.silent(DEAD)) {
        subscription.stream.reopen();
      }
    }
  }

  private static boolean endsUnasked(Subscription subscription) {
    boolean unasked = subscription.isUnasked();
    if (unasked) {
      subscription.stream.close();
    }
    return unasked;
  }
}
