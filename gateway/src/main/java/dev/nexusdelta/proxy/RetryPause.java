package dev.nexusdelta.proxy;

import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * How long a call rests before it is sent again. Pure.
 *
 * <p>What was not executed goes on at once: another replica is there. After a broken connection the
 * rest of the agent may be in the same trouble, as when a bad call ends one replica after the
 * other; then all that were in flight come back together. Full jitter spreads them.
 */
final class RetryPause {
  private static final long BASE = TimeUnit.MILLISECONDS.toNanos(25);
  private static final long LONGEST = TimeUnit.MILLISECONDS.toNanos(250);

  private RetryPause() {}

  /**
   * Nanoseconds from 0 to 25 ms, 50 ms, 100 ms … 250 ms, at most a quarter of the time left.
   *
   * @param executed whether the failed attempt may have been executed
   * @param failed attempts so far, at least 1
   * @param leftNanos until the deadline
   */
  static long nanos(boolean executed, int failed, long leftNanos, RandomGenerator random) {
    if (!executed || leftNanos <= 4) {
      return 0;
    }
    long most = Math.min(LONGEST, BASE << Math.min(failed - 1, 10));
    return random.nextLong(Math.min(most, leftNanos / 4) + 1);
  }
}
