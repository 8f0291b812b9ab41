package dev.nexusdelta.market;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What was counted of calls: how many, how many of them failed by the agent's fault or ours, and
 * how long they took. Immutable.
 *
 * @param failed answered with 500 or more
 * @param took calls per bucket: those up to each bound, and last those beyond
 * @param slowestMicros how long the longest took; {@link #UNKNOWN} if not all were measured so
 */
public record Tally(long calls, long failed, List<Long> took, long slowestMicros) {
  /** Longer than any. */
  public static final long UNKNOWN = Long.MAX_VALUE;

  private static final double MICROS_PER_MILLI = 1000;

  /** Copies the list. */
  public Tally {
    took = List.copyOf(took);
  }

  /** Calls of which the slowest is not known. */
  public Tally(long calls, long failed, List<Long> took) {
    this(calls, failed, took, UNKNOWN);
  }

  /** Nothing, in that many buckets. */
  public static Tally none(int buckets) {
    return new Tally(0, 0, Collections.nCopies(buckets, 0L), 0);
  }

  /** Both together; buckets beyond those of this one are left out. */
  public Tally plus(Tally more) {
    return new Tally(
        calls + more.calls,
        failed + more.failed,
        combined(more, 1),
        Math.max(slowestMicros, more.slowestMicros));
  }

  /** What has come since; never less than nothing. The slowest is this one's. */
  public Tally since(Tally before) {
    return new Tally(
        Math.max(0, calls - before.calls),
        Math.max(0, failed - before.failed),
        combined(before, -1),
        slowestMicros);
  }

  private List<Long> combined(Tally other, int sign) {
    List<Long> sum = new ArrayList<>(took.size());
    for (int i = 0; i < took.size(); i++) {
      long theirs = i < other.took.size() ? other.took.get(i) : 0;
      sum.add(Math.max(0, took.get(i) + sign * theirs));
    }
    return sum;
  }

  /** The share of calls that did not fail; empty while there are none. */
  public OptionalDouble successRate() {
    return calls == 0 ? OptionalDouble.empty() : OptionalDouble.of(1 - (double) failed / calls);
  }

  /**
   * The time within which so many of the calls ended, as near as the buckets tell; at most that of
   * the slowest call, and the last bound.
   *
   * @param share 0 to 1
   * @param bounds upper ones of all buckets but the last, milliseconds, growing
   */
  public OptionalDouble quantile(double share, List<Long> bounds) {
    long all = took.stream().mapToLong(Long::longValue).sum();
    if (all == 0) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(
        Math.min(within(share * all, bounds), slowestMicros / MICROS_PER_MILLI));
  }

  private double within(double wanted, List<Long> bounds) {
    double before = 0;
    for (int i = 0; i < bounds.size() && i < took.size(); i++) {
      long here = took.get(i);
      if (here > 0 && before + here >= wanted) {
        double low = i == 0 ? 0 : bounds.get(i - 1);
        return low + (bounds.get(i) - low) * (wanted - before) / here;
      }
      before += here;
    }
    return bounds.get(bounds.size() - 1);
  }
}
