package dev.nexusdelta.proxy;

import dev.nexusdelta.fleet.Lease;
import dev.nexusdelta.problem.Problem;
import org.jspecify.annotations.Nullable;

/** The search of a place for a call on a replica. Stays on one event loop. */
interface PlaceSearch {
  /** What comes of it. */
  interface Listener {
    /** Here is a place, at this moment. */
    void placed(Lease lease, long nowNanos);

    /** There is none, or not in time. */
    void unplaced(Problem problem);
  }

  /**
   * Says for what.
   *
   * @param toolName if known
   * @param until deadline, monotonic
   */
  void of(@Nullable String toolName, long until);

  /** Whether the call waits for one. */
  boolean isWaiting();

  /** Looks for a place. */
  void seek();

  /** Looks for a place after a rest. */
  void seekAfter(long nanos);

  /** The place is not used any more: others may have it. */
  void freed();

  /** Looks no further. */
  void giveUp();
}
