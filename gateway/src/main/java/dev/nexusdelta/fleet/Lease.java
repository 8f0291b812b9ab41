package dev.nexusdelta.fleet;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A place taken on a replica for one attempt of one call. Ends exactly once, in success, failure or
 * release; later ends are ignored.
 */
public final class Lease {
  private final Replica replica;
  private final AtomicBoolean open = new AtomicBoolean(true);

  Lease(Replica replica) {
    this.replica = replica;
  }

  /** Whose place this is. */
  public Replica replica() {
    return replica;
  }

  /** The replica answered well (any answer that does not count against it). */
  public void success(long durationNanos) {
    if (open.compareAndSet(true, false)) {
      replica.circuit().onSuccess(durationNanos);
      replica.ended();
    }
  }

  /**
   * The attempt counts against the replica.
   *
   * @param broken the connection or the protocol broke, or there was none: health is told too
   */
  public void failure(long durationNanos, boolean broken, String reason) {
    if (open.compareAndSet(true, false)) {
      replica.circuit().onError(durationNanos);
      replica.ended();
      if (broken) {
        replica.signalFailure(reason);
      }
    }
  }

  /**
   * The attempt says nothing about the replica: the caller left, we refused, its own deadline was
   * shorter.
   */
  public void release() {
    if (open.compareAndSet(true, false)) {
      replica.circuit().release();
      replica.ended();
    }
  }
}
