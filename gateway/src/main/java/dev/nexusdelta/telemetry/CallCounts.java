package dev.nexusdelta.telemetry;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** Counts the calls of one agent. Thread-safe. */
final class CallCounts {
  private static final int FAILED = 500;

  private final long[] bounds;
  private final LongAdder failed = new LongAdder();
  private final LongAdder[] took;
  private final AtomicLong slowest = new AtomicLong();

  /**
   * Nothing yet.
   *
   * @param bounds upper ones of all buckets but the last, nanoseconds, growing
   */
  CallCounts(long[] bounds) {
    this.bounds = bounds.clone();
    this.took = Stream.generate(LongAdder::new).limit(bounds.length + 1).toArray(LongAdder[]::new);
  }

  void add(int status, long nanos) {
    int bucket = 0;
    while (bucket < bounds.length && nanos > bounds[bucket]) {
      bucket++;
    }
    // First: whoever finds the call counted finds how long it took.
    if (nanos > slowest.get()) {
      slowest.accumulateAndGet(nanos, Math::max);
    }
    took[bucket].increment();
    if (status >= FAILED) {
      failed.increment();
    }
  }

  /** All of it; the slowest is that of the calls since this was asked last. */
  CallTotals take() {
    // First the failed ones: never more of them than calls.
    long bad = failed.sum();
    List<Long> counts = Arrays.stream(took).map(LongAdder::sum).toList();
    return new CallTotals(
        counts.stream().mapToLong(Long::longValue).sum(),
        bad,
        counts,
        TimeUnit.NANOSECONDS.toMicros(slowest.getAndSet(0)));
  }
}
