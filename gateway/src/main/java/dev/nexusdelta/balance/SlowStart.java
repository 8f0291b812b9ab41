package dev.nexusdelta.balance;

import java.util.concurrent.TimeUnit;

/**
 * The weight of a candidate by its age: a new one is cold (class loading, caches, connections) and
 * would answer a full share slowly. Pure.
 *
 * <p>Weights only count against each other: where all are equally new, each has its full share.
 */
public final class SlowStart {
  /** When a new one has its full share. */
  public static final long NANOS = TimeUnit.SECONDS.toNanos(10);

  /** The weight of one that is new at this moment: it must get calls to warm up at all. */
  public static final double LEAST = 0.1;

  private SlowStart() {}

  /** Grows evenly from {@link #LEAST} to 1. */
  public static double weight(long ageNanos) {
    if (ageNanos >= NANOS) {
      return 1;
    }
    return LEAST + (1 - LEAST) * Math.max(0, ageNanos) / NANOS;
  }
}
