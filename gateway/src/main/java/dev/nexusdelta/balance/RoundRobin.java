package dev.nexusdelta.balance;

import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Each candidate in turn; one that is lighter than the heaviest is passed over in part of its
 * turns. The cursor is free to overflow: the place is taken modulo the number of candidates with a
 * result that is never negative.
 */
public final class RoundRobin implements Balancer {
  private final RandomGenerator random;
  private int cursor;

  /** Begins with the first candidate. */
  public RoundRobin(RandomGenerator random) {
    this(random, 0);
  }

  RoundRobin(RandomGenerator random, int cursor) {
    this.random = random;
    this.cursor = cursor;
  }

  @Override
  public <C extends Candidate<L>, L> @Nullable L choose(
      List<C> candidates, long key, long nowNanos) {
    int count = candidates.size();
    if (count == 0) {
      return null;
    }
    int first = Math.floorMod(cursor, count);
    boolean passedOver = false;
    for (int i = 0; i < count; i++) {
      C candidate = candidates.get((first + i) % count);
      if (passesOver(candidate.weight(nowNanos), candidates, nowNanos)) {
        passedOver = true;
        continue;
      }
      L lease = candidate.tryLease();
      if (lease != null) {
        // The one after the chosen is next: a candidate that refuses does not double its
        // neighbour's share for ever.
        cursor = cursor + i + 1;
        return lease;
      }
    }
    return passedOver ? anyOf(candidates, first) : null;
  }

  /** The full ones refuse: now a light one is better than none. */
  private static <C extends Candidate<L>, L> @Nullable L anyOf(List<C> candidates, int first) {
    for (int i = 0; i < candidates.size(); i++) {
      L lease = candidates.get((first + i) % candidates.size()).tryLease();
      if (lease != null) {
        return lease;
      }
    }
    return null;
  }

  private <C extends Candidate<?>> boolean passesOver(
      double weight, List<C> candidates, long nowNanos) {
    if (weight >= 1) {
      return false;
    }
    double heaviest = weight;
    for (int i = 0; i < candidates.size(); i++) {
      heaviest = Math.max(heaviest, candidates.get(i).weight(nowNanos));
    }
    return random.nextDouble() * heaviest >= weight;
  }
}
