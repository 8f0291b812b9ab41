package dev.nexusdelta.app;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Who asks whether this gateway is ready, and what they were told: balancers ask again and again,
 * somebody who waits for a start until the first yes. Thread-safe.
 */
final class ReadinessProbes {
  /** Balancers ask more often than that. */
  private static final long WATCHED_NANOS = 10_000_000_000L;

  /** A balancer that believes the first no, and one that wants to hear a second. */
  private static final int ENOUGH = 3;

  private final LongSupplier nanos;
  private final AtomicInteger yes = new AtomicInteger();
  private final AtomicInteger no = new AtomicInteger();
  private final AtomicLong last = new AtomicLong();

  ReadinessProbes(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** One was told that the gateway is ready. */
  void toldYes() {
    last.set(nanos.getAsLong());
    yes.incrementAndGet();
  }

  /** One was told that it ends. */
  void toldNo() {
    no.incrementAndGet();
  }

  /** Whether somebody wants to know when it ends. */
  boolean watched() {
    return yes.get() > 1 && nanos.getAsLong() - last.get() < WATCHED_NANOS;
  }

  /** Whether who asks has been told often enough that it ends. */
  boolean know() {
    return no.get() >= ENOUGH;
  }
}
