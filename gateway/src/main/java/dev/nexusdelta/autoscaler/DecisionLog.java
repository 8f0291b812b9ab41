package dev.nexusdelta.autoscaler;

import dev.nexusdelta.scaling.DecisionEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * The last decisions about each agent, within a bound for all together. Not thread-safe: belongs to
 * the autoscaler's context.
 */
final class DecisionLog {
  private static final int EACH = 256;
  private static final int FEWEST = 16;

  /** A KiB or so apiece. */
  private static final int ALL = 20_000;

  private final Map<String, Deque<DecisionEntry>> rings = new HashMap<>();

  /**
   * Keeps a decision.
   *
   * @return whether it is another one than that before
   */
  boolean add(String agent, DecisionEntry entry) {
    Deque<DecisionEntry> ring = rings.computeIfAbsent(agent, first -> new ArrayDeque<>());
    DecisionEntry before = ring.peekFirst();
    boolean repeated = before != null && before.repeats(entry);
    if (repeated) {
      ring.removeFirst();
      ring.addFirst(before.and(entry));
    } else {
      ring.addFirst(entry);
    }
    int most = Math.min(EACH, Math.max(FEWEST, ALL / rings.size()));
    while (ring.size() > most) {
      ring.removeLast();
    }
    return !repeated;
  }

  /** The newest first. */
  List<DecisionEntry> of(String agent, int limit) {
    Deque<DecisionEntry> ring = rings.get(agent);
    if (ring == null) {
      return List.of();
    }
    List<DecisionEntry> newest = new ArrayList<>();
    Iterator<DecisionEntry> entries = ring.iterator();
    while (entries.hasNext() && newest.size() < limit) {
      newest.add(entries.next());
    }
    return newest;
  }

  boolean isEmpty() {
    return rings.isEmpty();
  }

  /** Forgets all other agents. */
  void keep(Collection<String> agents) {
    rings.keySet().retainAll(agents);
  }
}
