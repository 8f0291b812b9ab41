package dev.nexusdelta.balance;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Each candidate in turn. The cursor is free to overflow: the place is taken modulo the number of
 * candidates with a result that is never negative.
 */
public final class RoundRobin implements Balancer {
  private int cursor;

  /** Begins with the first candidate. */
  public RoundRobin() {
    this(0);
  }

  RoundRobin(int cursor) {
    this.cursor = cursor;
  }

  @Override
  public <C extends Candidate<L>, L> @Nullable L choose(List<C> candidates) {
    int count = candidates.size();
    if (count == 0) {
      return null;
    }
    int first = Math.floorMod(cursor, count);
    for (int i = 0; i < count; i++) {
      L lease = candidates.get((first + i) % count).tryLease();
      if (lease != null) {
        // The one after the chosen is next: a candidate that refuses does not double its
        // neighbour's share for ever.
        cursor = cursor + i + 1;
        return lease;
      }
    }
    return null;
  }
}
