package dev.nexusdelta.balance;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses within tiers: a later one is offered only when nobody of those before grants a lease. A
 * gateway's own good candidates come first, as they cost no way; then good ones elsewhere, then its
 * own last choice, which may well fail. Stateless.
 */
public final class Tiers {
  private Tiers() {}

  /**
   * Offers the tiers in their order.
   *
   * @param own the good ones first
   * @param good how many of {@code own} are good
   * @param elsewhere good ones that cost a way
   * @return the lease; null when no candidate grants one
   */
  public static <C extends Balancer.Candidate<L>, L> @Nullable L choose(
      Balancer by, List<C> own, int good, List<C> elsewhere, long key, long nowNanos) {
    // Where there is one tier only, which is nearly always, nothing is made for it.
    L lease = by.<C, L>choose(good == own.size() ? own : own.subList(0, good), key, nowNanos);
    if (lease == null && !elsewhere.isEmpty()) {
      lease = by.<C, L>choose(elsewhere, key, nowNanos);
    }
    if (lease == null && good < own.size()) {
      lease = by.<C, L>choose(own.subList(good, own.size()), key, nowNanos);
    }
    return lease;
  }
}
