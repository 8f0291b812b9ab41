package dev.nexusdelta.proxy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Calls that wait for a replica, each agent's in a queue of its own. One per event loop; the number
 * of waiting calls per agent is bounded over all loops together.
 */
final class WaitingRoom {
  /** The line of those whom any replica serves. */
  static final String ANY = "";

  private final Map<String, AgentQueue> waiting = new HashMap<>();
  private final Map<String, AtomicInteger> lengths;
  private long serial;
  private volatile int total;

  /** A call that waits. */
  interface Waiter {
    /**
     * Tries to go on; whoever does, or gives up, leaves.
     *
     * @return what became of it
     */
    Turn turn();
  }

  /** What became of a waiting call. */
  enum Turn {
    /** It has a replica, or its answer. */
    GONE,
    /** It waits on, and so will all others. */
    NONE_FREE,
    /** It waits on for reasons of its line or its own; others may be luckier. */
    WAITS
  }

  /**
   * A place in the room.
   *
   * @param line of the agent's queue
   * @param endNanos deadline of the call, monotonic
   * @param sinceNanos when it came here, monotonic
   * @param serial orders calls of one deadline as they came
   */
  record Ticket(
      String agent, String line, Waiter waiter, long endNanos, long sinceNanos, long serial)
      implements Comparable<Ticket> {
    @Override
    public int compareTo(Ticket other) {
      // Differences, as the clock may overflow.
      int byEnd = Long.signum(endNanos - other.endNanos);
      return byEnd != 0 ? byEnd : Long.compare(serial, other.serial);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(serial);
    }
  }

  /**
   * An empty room.
   *
   * @param lengths waiting calls per agent, shared by all event loops
   */
  WaitingRoom(ConcurrentHashMap<String, AtomicInteger> lengths) {
    this.lengths = lengths;
  }

  /** Lets a call in; null if {@code limit} wait already. */
  @Nullable Ticket enter(
      String agent, String line, Waiter waiter, long endNanos, long nowNanos, int limit) {
    AtomicInteger length = lengths.computeIfAbsent(agent, key -> new AtomicInteger());
    if (length.incrementAndGet() > limit) {
      length.decrementAndGet();
      return null;
    }
    Ticket ticket = new Ticket(agent, line, waiter, endNanos, nowNanos, serial++);
    waiting.computeIfAbsent(agent, key -> new AgentQueue()).add(ticket);
    changeTotal(1);
    return ticket;
  }

  /** The call waits no more; harmless if it did not. */
  void leave(Ticket ticket) {
    AgentQueue queue = waiting.get(ticket.agent());
    if (queue == null || !queue.remove(ticket)) {
      return;
    }
    if (queue.isEmpty()) {
      waiting.remove(ticket.agent());
    }
    AtomicInteger length = lengths.get(ticket.agent());
    if (length != null) {
      length.decrementAndGet();
    }
    changeTotal(-1);
  }

  /** Whether calls stand in that line here. */
  boolean hasWaiting(String agent, String line) {
    AgentQueue queue = waiting.get(agent);
    return queue != null && queue.hasLine(line);
  }

  /** How many calls wait for that agent here. */
  int size(String agent) {
    AgentQueue queue = waiting.get(agent);
    return queue == null ? 0 : queue.size();
  }

  /** For how long the first of them has waited, in nanoseconds; 0 if none waits. */
  long oldestWait(String agent, long nowNanos) {
    AgentQueue queue = waiting.get(agent);
    return queue == null ? 0 : Math.max(0, nowNanos - queue.oldest().sinceNanos());
  }

  /** Calls that wait here, whatever for; readable from any thread. */
  int total() {
    return total;
  }

  /** Something may have become free: gives turns. */
  void wake(String agent) {
    AgentQueue queue = waiting.get(agent);
    if (queue != null) {
      queue.wake(this::leave);
    }
  }

  /** Everything may have changed. */
  void wakeAll() {
    List.copyOf(waiting.keySet()).forEach(this::wake);
  }

  /** Not atomic, as only this room's loop writes. */
  @SuppressWarnings("NonAtomicVolatileUpdate")
  private void changeTotal(int by) {
    total += by;
  }
}
