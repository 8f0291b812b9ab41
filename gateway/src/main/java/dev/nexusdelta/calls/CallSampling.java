package dev.nexusdelta.calls;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Decides which calls are kept: all that failed, the slowest of each agent, and some of the rest.
 * One per event loop; makes no garbage. Deterministic, given its arguments.
 */
public final class CallSampling {
  /** Failures of one status that are kept per second: a flood says nothing new beyond. */
  static final int FAILURES_A_SECOND = 100;

  /** One in so many of the ordinary calls is kept, by chance. */
  static final int ONE_IN = 1024;

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final RandomGenerator random;
  private final int[] failures = new int[600];
  private long second = Long.MIN_VALUE;
  private boolean hasFirst;
  private int untilNext;

  /** Why a call is kept. */
  public enum Kept {
    /** It is not. */
    NO,
    /** Its status is 400 or more. */
    FAILED,
    /** It was among the slowest of its agent. */
    SLOW,
    /** By chance, or as the first in its second. */
    SAMPLED
  }

  /** Keeps as chance has it. */
  public CallSampling(RandomGenerator random) {
    this.random = random;
    this.untilNext = next();
  }

  /**
   * The slowest calls of one agent in a minute; one per agent and event loop.
   *
   * <p>A minute begins with the first call after the one before has ended.
   */
  public static final class Slowest {
    /** As many a minute are kept, and on the way there those that were in between. */
    static final int PLACES = 5;

    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    private final long[] slowest = new long[PLACES];
    private long begun;
    private boolean used;

    /** Whether the call is among them so far. */
    boolean enters(long durationNanos, long nowNanos) {
      if (!used || nowNanos - begun >= MINUTE) {
        used = true;
        begun = nowNanos;
        Arrays.fill(slowest, 0);
      }
      // In order, the least of them first.
      if (durationNanos <= slowest[0]) {
        return false;
      }
      int at = 0;
      while (at + 1 < PLACES && slowest[at + 1] < durationNanos) {
        slowest[at] = slowest[at + 1];
        at++;
      }
      slowest[at] = durationNanos;
      return true;
    }
  }

  /** A call has ended. */
  public Kept ended(Slowest agent, int status, long durationNanos, long nowNanos) {
    boolean first = tick(nowNanos);
    if (status >= 400) {
      return failed(status);
    }
    if (agent.enters(durationNanos, nowNanos)) {
      return Kept.SLOW;
    }
    if (first || --untilNext <= 0) {
      untilNext = first ? untilNext : next();
      hasFirst = true;
      return Kept.SAMPLED;
    }
    return Kept.NO;
  }

  /** A request was refused before it was a call. */
  public Kept refused(int status, long nowNanos) {
    tick(nowNanos);
    return failed(status);
  }

  private Kept failed(int status) {
    int index = Math.min(status, failures.length - 1);
    return ++failures[index] <= FAILURES_A_SECOND ? Kept.FAILED : Kept.NO;
  }

  /** Whether no ordinary call was kept in this second yet. */
  private boolean tick(long nowNanos) {
    if (second == Long.MIN_VALUE || nowNanos - second >= SECOND) {
      second = nowNanos;
      hasFirst = false;
      Arrays.fill(failures, 0);
    }
    return !hasFirst;
  }

  /** On average {@link #ONE_IN}. */
  private int next() {
    return 1 + random.nextInt(2 * ONE_IN - 1);
  }
}
