package dev.nexusdelta.proxy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * The connections of callers on one event loop, not more than its share. When there is no room for
 * another, those unused for the longest time make it: a caller that only holds connections does not
 * keep others out. Stays on its event loop.
 */
final class Callers {
  /** So many end at a time, so that not every newcomer costs a look at all. */
  private static final int BATCH = 32;

  private final ProxySettings limits;
  private final int most;
  private final Set<ClientConnection> all = new LinkedHashSet<>();
  private volatile int size;

  Callers(ProxySettings limits) {
    this.limits = limits;
    this.most = limits.connections() / limits.loops();
  }

  boolean isFull() {
    return all.size() >= most;
  }

  void add(ClientConnection connection) {
    all.add(connection);
    size = all.size();
  }

  void remove(ClientConnection connection) {
    all.remove(connection);
    size = all.size();
  }

  /** How many there are; for any thread. */
  int size() {
    return size;
  }

  /** The gateway leaves: each ends with its next answer. */
  void farewell(long atMostSeconds) {
    new ArrayList<>(all).forEach(each -> each.farewell(atMostSeconds));
  }

  /**
   * Closes connections without a request, longest unused first.
   *
   * @return false if all are in use
   */
  boolean makeRoom(long nowNanos) {
    PriorityQueue<ClientConnection> oldest =
        new PriorityQueue<>(
            BATCH + 1,
            Comparator.comparingLong((ClientConnection each) -> nowNanos - each.usedNanos()));
    for (ClientConnection each : all) {
      if (!each.isBusy()) {
        oldest.add(each);
        if (oldest.size() > Math.min(BATCH, 1 + most / 100)) {
          oldest.poll();
        }
      }
    }
    boolean found = !oldest.isEmpty();
    for (ClientConnection each : oldest) {
      remove(each);
      each.drop();
    }
    return found;
  }

  /** Ends what is too slow. */
  void check(long nowNanos) {
    for (ClientConnection each : new ArrayList<>(all)) {
      each.check(limits, nowNanos);
    }
  }

  /** The gateway ends. */
  void cutOff() {
    new ArrayList<>(all).forEach(ClientConnection::cutOff);
  }
}
