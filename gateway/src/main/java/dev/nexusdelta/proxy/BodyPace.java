package dev.nexusdelta.proxy;

/**
 * Whether the body of a request comes fast enough, judged over windows of time: what crawls holds a
 * connection, a call and its memory for as long as its sender likes. Looked at now and then, not at
 * each byte. Pure; one per body.
 */
final class BodyPace {
  /** Slower than this on the whole of a window is too slow: the slowest modem was faster. */
  static final long BYTES_PER_SECOND = 1024;

  private long sinceNanos;
  private long sinceBytes;

  /** Begins to measure. */
  BodyPace(long nowNanos, long bytes) {
    restart(nowNanos, bytes);
  }

  /** What came before does not count: the sender was told to wait. */
  void restart(long nowNanos, long bytes) {
    sinceNanos = nowNanos;
    sinceBytes = bytes;
  }

  /**
   * Judges the window that has passed, if it has.
   *
   * @param bytes of the body so far
   * @param windowNanos at least as long is looked at before anything is called slow
   */
  boolean isTooSlow(long nowNanos, long bytes, long windowNanos) {
    long passed = nowNanos - sinceNanos;
    if (passed < windowNanos) {
      return false;
    }
    boolean slow = (bytes - sinceBytes) < BYTES_PER_SECOND * (passed / 1e9);
    restart(nowNanos, bytes);
    return slow;
  }
}
