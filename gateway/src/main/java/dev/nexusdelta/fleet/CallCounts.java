package dev.nexusdelta.fleet;

import dev.nexusdelta.health.Latencies;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What is counted of one replica's calls, by all event loops and without locks. Thread-safe.
 *
 * <p>Calls in flight and those of them that wait for the head of their answer share one number, so
 * that a call costs as few writes to shared memory as can be: one to begin, one at the head, one to
 * end.
 */
final class CallCounts {
  /** In the middle of two lines of memory, which no neighbour can share then. */
  private static final int PLACE = 8;

  private static final long UNANSWERED = 1L << 32;

  private final AtomicLongArray calls = new AtomicLongArray(2 * PLACE);
  private final AtomicIntegerArray heads = new AtomicIntegerArray(Latencies.BUCKETS);
  private final AtomicIntegerArray failures = new AtomicIntegerArray(1);

  /** A call begins, unless so many are in flight already. */
  boolean begin(int limit) {
    // A full replica is refused without a trace: a moment's count would hide a free place from
    // another loop.
    long now = calls.get(PLACE);
    while ((int) now < limit && !calls.compareAndSet(PLACE, now, now + UNANSWERED + 1)) {
      now = calls.get(PLACE);
    }
    return (int) now < limit;
  }

  /** The head of its answer has come. */
  void answered(long nanos) {
    calls.addAndGet(PLACE, -UNANSWERED);
    heads.incrementAndGet(Latencies.bucket(nanos));
  }

  /** A call is over; returns how many are still in flight. */
  int end(boolean answered) {
    return (int) calls.addAndGet(PLACE, answered ? -1 : -1 - UNANSWERED);
  }

  int inFlight() {
    return (int) calls.get(PLACE);
  }

  /** Calls in flight without the head of an answer. */
  int unanswered() {
    return (int) (calls.get(PLACE) >>> 32);
  }

  /** Heads so far that took a time of that bucket; overflows. */
  int heads(int bucket) {
    return heads.get(bucket);
  }

  /** A call went well. */
  void good() {
    if (failures.getPlain(0) != 0) {
      failures.set(0, 0);
    }
  }

  /** A call failed; returns how many did since the last good one. */
  int failed() {
    return failures.incrementAndGet(0);
  }
}
