package dev.nexusdelta.balance;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses among candidates and takes a lease on the chosen one in the same step, so that choosing
 * and reserving cannot drift apart. One instance per agent and event loop; not thread-safe.
 */
public interface Balancer {
  /** The key of a call that belongs to no candidate more than to another. */
  long NO_KEY = 0;

  /**
   * Offers the candidates in the policy's order until one grants a lease.
   *
   * @param key of the call, see {@link Hash#of}, for policies that keep calls of one key together
   * @param nowNanos monotonic, for the candidates' weights
   * @param <L> the lease
   * @return the lease; null when no candidate grants one
   */
  <C extends Candidate<L>, L> @Nullable L choose(List<C> candidates, long key, long nowNanos);

  /**
   * Something that can be chosen.
   *
   * @param <L> the lease
   */
  interface Candidate<L> {
    /** Calls in flight. */
    int inFlight();

    /** What tells it from the others, the same for as long as it keeps its place among them. */
    int identity();

    /** Its part of the share that it would have were all alike: above 0, at most 1. */
    double weight(long nowNanos);

    /**
     * Reserves a place: null when it takes no call now (circuit open, at its limit, already tried).
     */
    @Nullable L tryLease();
  }
}
