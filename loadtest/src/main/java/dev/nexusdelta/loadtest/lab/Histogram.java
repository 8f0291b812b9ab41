package dev.nexusdelta.loadtest.lab;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Counts durations in buckets that are at most 1/64 wide, so that a percentile is right within 1.6
 * %. Lock-free; a reader beside writers sees a moment ago. Six kilobytes.
 */
final class Histogram {
  private static final int SUB_BITS = 6;
  private static final int SUB = 1 << SUB_BITS;

  /** Longest one: 2^28 µs, over four minutes; what takes longer counts as that. */
  private static final long LONGEST = (1L << 28) - 1;

  private static final int BUCKETS = index(LONGEST) + 1;

  private final AtomicIntegerArray counts = new AtomicIntegerArray(BUCKETS);

  void add(long nanos) {
    counts.getAndIncrement(index(Math.min(LONGEST, Math.max(0, nanos / 1_000))));
  }

  void addAll(Histogram other) {
    for (int i = 0; i < BUCKETS; i++) {
      int more = other.counts.get(i);
      if (more > 0) {
        counts.getAndAdd(i, more);
      }
    }
  }

  long count() {
    long sum = 0;
    for (int i = 0; i < BUCKETS; i++) {
      sum += counts.get(i);
    }
    return sum;
  }

  /**
   * Milliseconds within which {@code percent} of the calls ended; 0 without any.
   *
   * @param percent above 0, at most 100
   */
  double percentile(double percent) {
    long all = count();
    long wanted = Math.max(1, (long) Math.ceil(all * percent / 100));
    long seen = 0;
    for (int i = 0; i < BUCKETS; i++) {
      seen += counts.get(i);
      if (all > 0 && seen >= wanted) {
        return upper(i) / 1_000.0;
      }
    }
    return 0;
  }

  /** Below 64 µs one bucket a microsecond, then 64 buckets from each power of two to the next. */
  private static int index(long micros) {
    int shift = Math.max(0, 63 - Long.numberOfLeadingZeros(Math.max(1, micros)) - SUB_BITS);
    return shift * SUB + (int) (micros >> shift);
  }

  private static long upper(int index) {
    int shift = Math.max(0, index / SUB - 1);
    long within = index - (long) shift * SUB;
    return ((within + 1) << shift) - 1;
  }
}
