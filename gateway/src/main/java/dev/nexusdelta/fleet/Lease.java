package dev.nexusdelta.fleet;

/**
 * A place taken on a replica for one attempt of one call. Ends exactly once, in success, failure or
 * release; later ends are ignored. Belongs to one event loop.
 */
public final class Lease {
  private final Replica replica;
  private boolean open = true;
  private boolean answered;

  Lease(Replica replica) {
    this.replica = replica;
  }

  /** Whose place this is. */
  public Replica replica() {
    return replica;
  }

  /**
   * The head of an answer has come.
   *
   * @param durationNanos since the call was sent
   */
  public void answered(long durationNanos) {
    if (open && !answered) {
      answered = true;
      replica.counts().answered(durationNanos);
    }
  }

  /** The replica answered well (any answer that does not count against it). */
  public void success(long durationNanos) {
    if (open) {
      open = false;
      replica.circuit().onSuccess(durationNanos);
      replica.counts().good();
      replica.ended(answered);
    }
  }

  /**
   * The attempt counts against the replica.
   *
   * @param broken the connection or the protocol broke, or there was none: health is told too
   */
  public void failure(long durationNanos, boolean broken, String reason) {
    if (open) {
      open = false;
      replica.circuit().onError(durationNanos);
      replica.ended(answered);
      replica.failed(broken, reason);
    }
  }

  /**
   * The attempt says nothing about the replica: the caller left, we refused, its own deadline was
   * shorter.
   */
  public void release() {
    if (open) {
      open = false;
      replica.circuit().release();
      replica.ended(answered);
    }
  }
}
