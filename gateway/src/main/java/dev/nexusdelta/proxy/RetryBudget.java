package dev.nexusdelta.proxy;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * How many repeated calls an agent may have, over all event loops together: a fifth of its calls of
 * the last ten seconds, and at least three in each second. Thread-safe; loops that repeat in the
 * same instant may together exceed it by one call each.
 *
 * <p>Every loop counts its calls for itself, as they are many; repetitions are few and are counted
 * in one place.
 */
final class RetryBudget {
  private static final int PERCENT = 20;
  private static final int AT_LEAST = 3;

  private final List<SecondCounts> calls = new CopyOnWriteArrayList<>();
  private final SecondCounts again = new SecondCounts();

  /** Where one event loop counts its calls. */
  SecondCounts joined() {
    SecondCounts own = new SecondCounts();
    calls.add(own);
    return own;
  }

  /** That loop has ended. */
  void left(SecondCounts own) {
    calls.remove(own);
  }

  /** Whether one more repetition fits. */
  boolean allows(long nowNanos) {
    if (again.now(nowNanos) < AT_LEAST) {
      return true;
    }
    long all = 0;
    for (SecondCounts loop : calls) {
      all += loop.lately(nowNanos);
    }
    return (again.lately(nowNanos) + 1) * 100 <= all * PERCENT;
  }

  /** A call is repeated. */
  void repeated(long nowNanos) {
    again.add(nowNanos);
  }
}
