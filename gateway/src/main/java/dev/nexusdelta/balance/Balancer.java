package dev.nexusdelta.balance;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses among candidates and takes a lease on the chosen one in the same step, so that choosing
 * and reserving cannot drift apart. One instance per agent and event loop; not thread-safe.
 */
public interface Balancer {
  /**
   * Offers the candidates in the policy's order until one grants a lease.
   *
   * @param <L> the lease
   * @return the lease; null when no candidate grants one
   */
  <C extends Candidate<L>, L> @Nullable L choose(List<C> candidates);

  /**
   * Something that can be chosen.
   *
   * @param <L> the lease
   */
  interface Candidate<L> {
    /** Calls in flight. */
    int inFlight();

    /**
     * Reserves a place: null when it takes no call now (circuit open, at its limit, already tried).
     */
    @Nullable L tryLease();
  }
}
