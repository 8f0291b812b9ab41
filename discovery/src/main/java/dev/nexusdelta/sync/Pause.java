package dev.nexusdelta.sync;

import java.util.random.RandomGenerator;

/**
 * How long to leave an outside registry alone that failed: a second, doubling to eight; where it
 * said no, a minute; each shortened by up to a half at random, so that gateways do not come back in
 * the same moment. For one thread.
 */
public final class Pause {
  private static final long FIRST_MILLIS = 1_000;
  private static final int LAST_DOUBLING = 3;
  private static final long DENIED_MILLIS = 60_000;

  private final RandomGenerator random;
  private int failures;

  /** With a source of randomness. */
  public Pause(RandomGenerator random) {
    this.random = random;
  }

  /** It failed once more. */
  long millisAfter(RemoteFailure.Kind kind) {
    long longest = FIRST_MILLIS << Math.min(failures++, LAST_DOUBLING);
    long millis = kind == RemoteFailure.Kind.DENIED ? DENIED_MILLIS : longest;
    return millis - (long) (random.nextDouble() * millis / 2);
  }

  /** It answered. */
  void over() {
    failures = 0;
  }
}
