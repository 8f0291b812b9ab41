package dev.nexusdelta.exchange;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Connections to replicas: those in use and, per replica, the idle ones, the youngest first. None
 * is used again after it was idle for {@link #IDLE}, or for half of the time that the replica says
 * it keeps them: agents commonly close theirs after two seconds or more, and a call sent into a
 * closing connection is lost. Belongs to one event loop.
 */
final class Upstreams {
  /** Longest time between two calls on one connection; the contract's two seconds with a margin. */
  static final long IDLE = TimeUnit.MILLISECONDS.toNanos(1500);

  private final Map<String, Kept> replicas = new HashMap<>();
  private final Set<Upstream> all = new HashSet<>();
  private final LongSupplier nanos;

  Upstreams(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** What is kept for one replica. */
  static final class Kept {
    private final String replica;
    private final Deque<Upstream> idle = new ArrayDeque<>();
    private final Deque<SocketAttempt> waiting = new ArrayDeque<>();
    private int connecting;
    private long idleNanos = IDLE;
    private int connections;

    private Kept(String replica) {
      this.replica = replica;
    }

    /**
     * A call waits for whichever is there first: the connection made for it, or one that is free.
     */
    void connects(SocketAttempt attempt) {
      waiting.addLast(attempt);
      connecting++;
    }

    /** A connection is made: for whom it is, if anybody waits still. */
    @Nullable SocketAttempt connected() {
      connecting--;
      return next();
    }

    /**
     * A connection was not made: who has waited longest pays for it, unless as many are on their
     * way as are waited for.
     */
    @Nullable SocketAttempt unconnected() {
      connecting--;
      waiting.removeIf(SocketAttempt::isOver);
      return waiting.size() > connecting ? waiting.pollFirst() : null;
    }

    private @Nullable SocketAttempt next() {
      SocketAttempt first = waiting.pollFirst();
      while (first != null && first.isOver()) {
        first = waiting.pollFirst();
      }
      return first;
    }

    /** Heeds {@code Keep-Alive: timeout=5, max=100}; what is malformed says nothing. */
    void learn(String keepAlive) {
      for (String part : keepAlive.toLowerCase(Locale.ROOT).split(",", -1)) {
        String[] pair = part.split("=", 2);
        if (pair.length == 2 && pair[0].trim().equals("timeout")) {
          String seconds = pair[1].trim().replace("\"", "");
          if (seconds.matches("[0-9]{1,9}")) {
            long half = TimeUnit.SECONDS.toNanos(Long.parseLong(seconds)) / 2;
            idleNanos = Math.min(IDLE, half);
          }
        }
      }
    }
  }

  /** The place of a replica's connections. */
  Kept of(String replica) {
    Kept kept = replicas.get(replica);
    if (kept == null) {
      kept = new Kept(replica);
      replicas.put(replica, kept);
    }
    return kept;
  }

  /** Takes charge of a new connection, in use. */
  void add(Upstream upstream) {
    if (all.add(upstream)) {
      upstream.kept().connections++;
    }
  }

  /** It is closed. */
  void remove(Upstream upstream) {
    if (all.remove(upstream)) {
      Kept kept = upstream.kept();
      kept.connections--;
      kept.idle.remove(upstream);
      if (kept.connections == 0) {
        replicas.remove(kept.replica, kept);
      }
    }
  }

  /** An idle connection that may be used; null if there is none. */
  @Nullable Upstream take(String replica) {
    Kept kept = replicas.get(replica);
    if (kept == null) {
      return null;
    }
    Upstream youngest = kept.idle.pollFirst();
    while (youngest != null && (!youngest.isOpen() || isOld(youngest))) {
      youngest.close();
      youngest = kept.idle.pollFirst();
    }
    return youngest;
  }

  /** Takes a connection whose call has ended cleanly: for one who waits, or to be kept. */
  void give(Upstream upstream) {
    if (upstream.isOpen() && upstream.kept().idleNanos > 0) {
      SocketAttempt next = upstream.kept().next();
      if (next != null) {
        next.send(upstream);
        return;
      }
      upstream.idleSince(nanos.getAsLong());
      upstream.kept().idle.addFirst(upstream);
    } else {
      upstream.close();
    }
  }

  /** Closes those that were idle too long. */
  void sweep() {
    for (Kept kept : new ArrayList<>(replicas.values())) {
      Upstream oldest = kept.idle.peekLast();
      while (oldest != null && (!oldest.isOpen() || isOld(oldest))) {
        kept.idle.pollLast();
        oldest.close();
        oldest = kept.idle.peekLast();
      }
    }
  }

  /** Open connections. */
  int size() {
    return all.size();
  }

  /** Closes all. */
  void close() {
    new ArrayList<>(all).forEach(Upstream::close);
  }

  private boolean isOld(Upstream upstream) {
    return nanos.getAsLong() - upstream.idleSince() > upstream.kept().idleNanos;
  }
}
