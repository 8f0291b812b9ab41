package dev.nexusdelta.proxy;

import dev.nexusdelta.fleet.Lease;
import org.jspecify.annotations.Nullable;

/**
 * The place that a call has on a replica at the moment, if it has one. Each ends exactly once, and
 * others are told then that it is free. Stays on one event loop.
 */
final class TakenPlace {
  private final PlaceSearch search;
  private @Nullable Lease lease;

  TakenPlace(PlaceSearch search) {
    this.search = search;
  }

  /** This one now. */
  void take(Lease taken) {
    lease = taken;
  }

  /** The head of an answer is here; says whether the call still has its place. */
  boolean answered(long tookNanos) {
    Lease holding = lease;
    if (holding != null) {
      holding.answered(tookNanos);
    }
    return holding != null;
  }

  /** The replica has answered well. */
  void succeed(long tookNanos) {
    Lease good = lease;
    lease = null;
    if (good != null) {
      good.success(tookNanos);
      search.freed();
    }
  }

  /** The replica is to blame for what ends the call now. */
  void fail(long tookNanos, boolean broken, String reason) {
    Lease bad = lease;
    lease = null;
    if (bad != null) {
      bad.failure(tookNanos, broken, reason);
      search.freed();
    }
  }

  /** Nobody is to blame. */
  void release() {
    Lease unused = lease;
    lease = null;
    if (unused != null) {
      unused.release();
      search.freed();
    }
  }
}
