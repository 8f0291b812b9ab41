package dev.nexusdelta.scaling;

import java.time.Duration;

/**
 * How long the next start of a release waits after ends in a row: 100 ms, doubling to 30 s, from
 * the beginning again after ten healthy minutes. Immutable and pure; times are readings of one
 * monotonic clock in nanoseconds.
 *
 * @param failures ends in a row; 0 = none
 * @param failedAt when the last one was
 * @param notBefore the next start is not before this
 */
public record BackOff(int failures, long failedAt, long notBefore) {
  /** The wait after the first failure. */
  public static final Duration FIRST = Duration.ofMillis(100);

  /** The longest wait. */
  public static final Duration LONGEST = Duration.ofSeconds(30);

  /** A replica that ran this long was healthy: its end counts as the first one. */
  public static final Duration HEALTHY = Duration.ofMinutes(10);

  /** Nothing has failed. */
  public static final BackOff NONE = new BackOff(0, 0, 0);

  /**
   * A replica has ended unasked, or could not be started.
   *
   * <p>One that already ran when the last failure happened does not lengthen the row: three
   * replicas killed in the same moment are one misfortune, not a loop.
   *
   * @param startedAt when that replica was started
   */
  public BackOff failed(long startedAt, long now) {
    int row;
    if (failures > 0 && startedAt - failedAt < 0) {
      row = failures;
    } else if (now - startedAt >= HEALTHY.toNanos()) {
      row = 1;
    } else {
      row = failures + 1;
    }
    return new BackOff(row, now, now + delayAfter(row).toNanos());
  }

  /** A replica is started now: in a loop of failures the one after it waits a full delay too. */
  public BackOff started(long now) {
    return looping(now) ? new BackOff(failures, failedAt, now + delay().toNanos()) : this;
  }

  /** How many of the missing replicas may be started now; in a loop of failures one at a time. */
  public int allowed(int missing, long now) {
    if (failures == 0) {
      return missing;
    }
    if (now - notBefore < 0) {
      return 0;
    }
    return looping(now) ? Math.min(1, missing) : missing;
  }

  /** The wait that the failures so far have earned; zero without failures. */
  public Duration delay() {
    return failures == 0 ? Duration.ZERO : delayAfter(failures);
  }

  private boolean looping(long now) {
    return failures > 1 && now - failedAt < HEALTHY.toNanos();
  }

  private static Duration delayAfter(int failures) {
    // 100 ms << 9 is beyond the longest already; a larger shift would overflow one day.
    Duration delay = FIRST.multipliedBy(1L << Math.min(failures - 1, 9));
    return delay.compareTo(LONGEST) > 0 ? LONGEST : delay;
  }
}
