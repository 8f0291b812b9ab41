package dev.nexusdelta.agent.http;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Counts exchanges, and lets none in once closed. Thread-safe. */
final class InFlight {
  private final LongSupplier nanos;
  private int count;
  private boolean closed;

  /**
   * @param nanos monotonic time
   */
  InFlight(LongSupplier nanos) {
    this.nanos = nanos;
  }

  synchronized boolean enter() {
    if (closed) {
      return false;
    }
    count++;
    return true;
  }

  synchronized void leave() {
    count--;
    notifyAll();
  }

  synchronized boolean isOpen() {
    return !closed;
  }

  synchronized int close() {
    closed = true;
    return count;
  }

  /** Whether there were none left within that time. */
  synchronized boolean awaitNone(long millis) {
    long end = nanos.getAsLong() + TimeUnit.MILLISECONDS.toNanos(millis);
    try {
      while (count > 0) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - nanos.getAsLong());
        if (left <= 0) {
          return false;
        }
        wait(left);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
