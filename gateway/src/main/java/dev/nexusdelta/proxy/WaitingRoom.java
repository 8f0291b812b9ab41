package dev.nexusdelta.proxy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Calls that wait for a replica, per agent, first come first served. One per event loop; the number
 * of waiting calls per agent is bounded over all loops together.
 */
final class WaitingRoom {
  private final Map<String, Deque<Waiter>> waiting = new HashMap<>();
  private final Map<String, AtomicInteger> lengths;
  private volatile int total;

  /** A call that waits. */
  interface Waiter {
    /**
     * Tries to go on.
     *
     * @return what became of it
     */
    Turn turn();
  }

  /** What became of a waiting call. */
  enum Turn {
    /** It has a replica, or its answer. */
    GONE,
    /** It waits on, and so will all that came after it. */
    NONE_FREE,
    /** It waits on for reasons of its own; others may be luckier. */
    WAITS
  }

  /**
   * An empty room.
   *
   * @param lengths waiting calls per agent, shared by all event loops
   */
  WaitingRoom(ConcurrentHashMap<String, AtomicInteger> lengths) {
    this.lengths = lengths;
  }

  /** Lets a call in, unless {@code limit} wait already. */
  boolean enter(String agent, Waiter waiter, int limit) {
    AtomicInteger length = lengths.computeIfAbsent(agent, key -> new AtomicInteger());
    if (length.incrementAndGet() > limit) {
      length.decrementAndGet();
      return false;
    }
    waiting.computeIfAbsent(agent, key -> new ArrayDeque<>()).addLast(waiter);
    changeTotal(1);
    return true;
  }

  /** The call waits no more; harmless if it did not. */
  void leave(String agent, Waiter waiter) {
    Deque<Waiter> queue = waiting.get(agent);
    if (queue != null && queue.remove(waiter)) {
      left(agent, queue);
    }
  }

  /** Whether calls wait for that agent here. */
  boolean hasWaiting(String agent) {
    return waiting.containsKey(agent);
  }

  /** Calls that wait here, whatever for; readable from any thread. */
  int total() {
    return total;
  }

  /** Something may have become free: gives each its turn. */
  void wake(String agent) {
    Deque<Waiter> queue = waiting.get(agent);
    if (queue == null) {
      return;
    }
    Iterator<Waiter> each = new ArrayList<>(queue).iterator();
    boolean free = true;
    while (free && each.hasNext()) {
      Waiter waiter = each.next();
      Turn turn = waiter.turn();
      if (turn == Turn.GONE) {
        leave(agent, waiter);
      }
      free = turn != Turn.NONE_FREE;
    }
  }

  /** Everything may have changed. */
  void wakeAll() {
    List.copyOf(waiting.keySet()).forEach(this::wake);
  }

  private void left(String agent, Deque<Waiter> queue) {
    if (queue.isEmpty()) {
      waiting.remove(agent);
    }
    AtomicInteger length = lengths.get(agent);
    if (length != null) {
      length.decrementAndGet();
    }
    changeTotal(-1);
  }

  /** Not atomic, as only this room's loop writes. */
  @SuppressWarnings("NonAtomicVolatileUpdate")
  private void changeTotal(int by) {
    total += by;
  }
}
