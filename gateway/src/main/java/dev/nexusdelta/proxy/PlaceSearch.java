package dev.nexusdelta.proxy;

import dev.nexusdelta.fleet.Lease;
import dev.nexusdelta.problem.Problem;
import org.jspecify.annotations.Nullable;

/**
 * The search of a place for a call on a replica, and the place that was found as long as the call
 * has it. Each place ends exactly once, and others are told then that it is free. Stays on one
 * event loop.
 */
abstract sealed class PlaceSearch permits Placement, NamedPlace {
  private final Listener listener;
  private @Nullable Lease lease;

  /** What comes of it. */
  interface Listener {
    /** Here is a place, at this moment. */
    void placed(Lease lease, long nowNanos);

    /** There is none, or not in time. */
    void unplaced(Problem problem);
  }

  PlaceSearch(Listener listener) {
    this.listener = listener;
  }

  /**
   * Says for what.
   *
   * @param toolName if known
   * @param until deadline, monotonic
   */
  abstract void of(@Nullable String toolName, long until);

  /** Whether the call waits for one. */
  abstract boolean isWaiting();

  /** Looks for a place. */
  abstract void seek();

  /** Looks for a place after a rest. */
  abstract void seekAfter(long nanos);

  /** Looks no further. */
  abstract void giveUp();

  /** The place is not used any more: others may have it. */
  abstract void freed();

  /** Here is one. */
  final void found(Lease chosen, long nowNanos) {
    lease = chosen;
    listener.placed(chosen, nowNanos);
  }

  /** There is none. */
  final void foundNone(Problem problem) {
    listener.unplaced(problem);
  }

  /** The head of an answer is here; says whether the call still has its place. */
  final boolean answered(long tookNanos) {
    Lease holding = lease;
    if (holding != null) {
      holding.answered(tookNanos);
    }
    return holding != null;
  }

  /** The replica has answered well. */
  final void succeed(long tookNanos) {
    Lease good = lease;
    lease = null;
    if (good != null) {
      good.success(tookNanos);
      freed();
    }
  }

  /** The replica is to blame for what ends the call now. */
  final void fail(long tookNanos, boolean broken, String reason) {
    Lease bad = lease;
    lease = null;
    if (bad != null) {
      bad.failure(tookNanos, broken, reason);
      freed();
    }
  }

  /** Nobody is to blame. */
  final void release() {
    Lease unused = lease;
    lease = null;
    if (unused != null) {
      unused.release();
      freed();
    }
  }
}
