package dev.nexusdelta.proxy;

import java.util.concurrent.TimeUnit;

/**
 * How many repeated calls an agent may have: a fifth of its calls of the last ten seconds, and at
 * least three in each second. One per agent and event loop; not thread-safe.
 */
final class RetryBudget {
  private static final int SECONDS = 10;
  private static final int PERCENT = 20;
  private static final int AT_LEAST = 3;

  private final int[] calls = new int[SECONDS];
  private final int[] again = new int[SECONDS];
  private long second = Long.MIN_VALUE;
  private int allCalls;
  private int allAgain;

  /** A new call has come. */
  void called(long nowNanos) {
    calls[slot(nowNanos)]++;
    allCalls++;
  }

  /** Whether one more repetition fits. */
  boolean allows(long nowNanos) {
    return again[slot(nowNanos)] < AT_LEAST || (allAgain + 1) * 100L <= allCalls * (long) PERCENT;
  }

  /** A call is repeated. */
  void repeated(long nowNanos) {
    again[slot(nowNanos)]++;
    allAgain++;
  }

  private int slot(long nowNanos) {
    long now = TimeUnit.NANOSECONDS.toSeconds(nowNanos);
    if (now != second) {
      long steps = second == Long.MIN_VALUE ? SECONDS : Math.min(SECONDS, now - second);
      for (long i = 0; i < steps; i++) {
        int old = Math.floorMod(now - i, SECONDS);
        allCalls -= calls[old];
        allAgain -= again[old];
        calls[old] = 0;
        again[old] = 0;
      }
      second = now;
    }
    return Math.floorMod(now, SECONDS);
  }
}
