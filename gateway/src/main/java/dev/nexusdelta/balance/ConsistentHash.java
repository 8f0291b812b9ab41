package dev.nexusdelta.balance;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Calls of one key to the same candidate, for as long as it bears them: each key prefers the
 * candidates in an order of its own (rendezvous hashing), and takes the first that has less than
 * {@link #BOUND} times its share of all calls in flight. Calls without a key go to {@code others}.
 *
 * <p>Rendezvous and not a ring: nothing has to be built when candidates come and go, exactly the
 * keys of the one that goes are spread evenly over the rest, and one that comes takes 1/n. It looks
 * at every candidate, which for the replicas of one agent is cheaper than a ring's search.
 */
public final class ConsistentHash implements Balancer {
  /** How far above the average a candidate may be loaded before its keys go elsewhere. */
  public static final double BOUND = 1.25;

  private final Balancer others;

  /** Gives calls without a key to {@code others}. */
  public ConsistentHash(Balancer others) {
    this.others = others;
  }

  @Override
  public <C extends Candidate<L>, L> @Nullable L choose(
      List<C> candidates, long key, long nowNanos) {
    if (key == NO_KEY) {
      return others.choose(candidates, key, nowNanos);
    }
    int calls = 1;
    double weights = 0;
    for (int i = 0; i < candidates.size(); i++) {
      calls += candidates.get(i).inFlight();
      weights += candidates.get(i).weight(nowNanos);
    }
    double perWeight = BOUND * calls / weights;
    L lease = inOrder(candidates, key, nowNanos, perWeight);
    // Those within their bound refuse (circuits, limits): then the bound is not what matters.
    return lease != null ? lease : inOrder(candidates, key, nowNanos, Double.MAX_VALUE);
  }

  /** Asks in the order of the key's preference those whose load is below their bound. */
  private static <C extends Candidate<L>, L> @Nullable L inOrder(
      List<C> candidates, long key, long nowNanos, double perWeight) {
    int last = -1;
    for (int asked = 0; asked < candidates.size(); asked++) {
      last = next(candidates, key, last);
      C candidate = candidates.get(last);
      if (candidate.inFlight() < Math.ceil(perWeight * candidate.weight(nowNanos))) {
        L lease = candidate.tryLease();
        if (lease != null) {
          return lease;
        }
      }
    }
    return null;
  }

  /** The most preferred of those after {@code last} in the key's order; -1 = from the start. */
  private static <C extends Candidate<?>> int next(List<C> candidates, long key, int last) {
    long bound = last < 0 ? 0 : Hash.score(key, candidates.get(last).identity());
    int best = -1;
    long bestScore = 0;
    for (int i = 0; i < candidates.size(); i++) {
      long score = Hash.score(key, candidates.get(i).identity());
      // Equal scores: by place, so that each is met exactly once.
      boolean isAfter =
          last < 0 || Long.compareUnsigned(score, bound) < 0 || (score == bound && i > last);
      if (isAfter && (best < 0 || Long.compareUnsigned(score, bestScore) > 0)) {
        best = i;
        bestScore = score;
      }
    }
    return best;
  }
}
