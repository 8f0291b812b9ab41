package dev.nexusdelta.host.docker;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long a stream that ended waits before it is opened again: 100 ms, doubling to 2 s, each
 * shortened by up to a half at random, so that a hundred streams that an engine's restart cut in
 * the same moment do not come back in the same moment. Thread-safe.
 */
final class ReopenDelay {
  private static final long FIRST_MILLIS = 100;
  private static final long LONGEST_MILLIS = 2_000;
  private static final int LAST_DOUBLING = 5;

  private final RandomGenerator random;

  ReopenDelay(RandomGenerator random) {
    this.random = random;
  }

  /**
   * @param failures how often in a row it ended soon after it was opened, or could not be opened;
   *     at least 1
   */
  Duration after(int failures) {
    long longest = Math.min(LONGEST_MILLIS, FIRST_MILLIS << Math.min(failures - 1, LAST_DOUBLING));
    double share;
    synchronized (random) {
      share = random.nextDouble();
    }
    return Duration.ofMillis(longest - (long) (share * longest / 2));
  }
}
