package dev.nexusdelta.exchange;

import io.vertx.core.http.HttpClientConnection;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Connections to replicas: those in use and, per replica, the idle ones, the youngest first. None
 * is used again after it was idle for {@link #IDLE}: agents commonly close theirs after two seconds
 * or more, and a call sent into a closing connection is lost. Belongs to one event loop.
 */
final class Upstreams {
  /** Longest time between two calls on one connection. */
  static final long IDLE = TimeUnit.MILLISECONDS.toNanos(1500);

  private final Map<String, Deque<Upstream>> idle = new HashMap<>();
  private final Set<Upstream> all = new HashSet<>();
  private final LongSupplier nanos;

  Upstreams(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** One connection. */
  static final class Upstream {
    private final HttpClientConnection connection;
    private final String replica;
    private boolean closed;
    private long idleSince;

    private Upstream(HttpClientConnection connection, String replica) {
      this.connection = connection;
      this.replica = replica;
    }

    HttpClientConnection connection() {
      return connection;
    }

    boolean isClosed() {
      return closed;
    }

    void close() {
      closed = true;
      connection.close();
    }
  }

  /** Takes charge of a new connection, in use. */
  Upstream add(HttpClientConnection connection, String replica) {
    Upstream upstream = new Upstream(connection, replica);
    all.add(upstream);
    connection.closeHandler(
        closed -> {
          upstream.closed = true;
          all.remove(upstream);
        });
    // Told at once, while the close handler is told later: between the two it must not be taken.
    connection.exceptionHandler(broken -> upstream.closed = true);
    return upstream;
  }

  /** An idle connection that may be used; null if there is none. */
  @Nullable Upstream take(String replica) {
    Deque<Upstream> kept = idle.get(replica);
    if (kept == null) {
      return null;
    }
    Upstream youngest = kept.pollFirst();
    while (youngest != null && (youngest.closed || isOld(youngest))) {
      youngest.close();
      youngest = kept.pollFirst();
    }
    if (youngest == null) {
      idle.remove(replica);
    }
    return youngest;
  }

  /** Keeps a connection whose call has ended cleanly. */
  void give(Upstream upstream) {
    if (!upstream.closed) {
      upstream.idleSince = nanos.getAsLong();
      idle.computeIfAbsent(upstream.replica, key -> new ArrayDeque<>()).addFirst(upstream);
    }
  }

  /** Closes those that were idle too long. */
  void sweep() {
    idle.values()
        .removeIf(
            kept -> {
              Upstream oldest = kept.peekLast();
              while (oldest != null && (oldest.closed || isOld(oldest))) {
                kept.pollLast();
                oldest.close();
                oldest = kept.peekLast();
              }
              return kept.isEmpty();
            });
  }

  /** Closes all. */
  void close() {
    idle.clear();
    new ArrayList<>(all).forEach(Upstream::close);
    all.clear();
  }

  private boolean isOld(Upstream upstream) {
    return nanos.getAsLong() - upstream.idleSince > IDLE;
  }
}
