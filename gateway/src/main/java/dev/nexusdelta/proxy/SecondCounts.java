package dev.nexusdelta.proxy;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts per second of the last ten seconds. Thread-safe and without locks: each second's number
 * carries the second that it belongs to, so that an old one is seen as such.
 */
final class SecondCounts {
  private static final int SECONDS = 10;
  private static final long COUNT = 0xffff_ffffL;

  private final AtomicLongArray slots = new AtomicLongArray(SECONDS);

  SecondCounts() {
    for (int i = 0; i < SECONDS; i++) {
      slots.set(i, mark(-1L - SECONDS) << 32);
    }
  }

  /** One more. */
  void add(long nowNanos) {
    long second = TimeUnit.NANOSECONDS.toSeconds(nowNanos);
    int slot = Math.floorMod(second, SECONDS);
    long was;
    long next;
    do {
      was = slots.get(slot);
      next = was >>> 32 == mark(second) ? was + 1 : (mark(second) << 32) + 1;
    } while (!slots.compareAndSet(slot, was, next));
  }

  /** One more, by the only thread that ever adds; cheaper. */
  void addAlone(long nowNanos) {
    long second = TimeUnit.NANOSECONDS.toSeconds(nowNanos);
    int slot = Math.floorMod(second, SECONDS);
    long was = slots.getPlain(slot);
    slots.setRelease(slot, was >>> 32 == mark(second) ? was + 1 : (mark(second) << 32) + 1);
  }

  /** In the present second. */
  long now(long nowNanos) {
    return in(TimeUnit.NANOSECONDS.toSeconds(nowNanos));
  }

  /** In the last ten seconds, the present one included. */
  long lately(long nowNanos) {
    long second = TimeUnit.NANOSECONDS.toSeconds(nowNanos);
    long sum = 0;
    for (int i = 0; i < SECONDS; i++) {
      sum += in(second - i);
    }
    return sum;
  }

  private long in(long second) {
    long slot = slots.get(Math.floorMod(second, SECONDS));
    return slot >>> 32 == mark(second) ? slot & COUNT : 0;
  }

  /** What is kept of a second: it comes again after 136 years. */
  private static long mark(long second) {
    return second & COUNT;
  }
}
