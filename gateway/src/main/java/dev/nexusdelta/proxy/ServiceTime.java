package dev.nexusdelta.proxy;

/**
 * Learns how long an agent's quick calls take: about the time that nine of ten calls exceed. Low on
 * purpose: with a quick and a slow tool in one agent, a call of the quick one must not be given up
 * because of the slow one. One per agent and event loop; not thread-safe.
 *
 * <p>No samples are kept: each call moves the estimate up by one part or down by nine, which is at
 * rest where one call in ten is below it.
 */
final class ServiceTime {
  private static final int LEAST_CALLS = 20;
  private static final double STEP = 0.01;
  private static final int BELOW = 9;

  private double nanos;
  private int calls;

  /** A call took so long to the head of its answer. */
  void took(long callNanos) {
    if (calls < LEAST_CALLS) {
      // At first simply the quickest.
      nanos = calls == 0 ? callNanos : Math.min(nanos, callNanos);
      calls++;
      return;
    }
    nanos *= callNanos > nanos ? 1 + STEP : 1 - BELOW * STEP;
  }

  /** Whether a call with that much time left cannot be answered in time. */
  boolean isHopeless(long leftNanos) {
    return calls >= LEAST_CALLS && leftNanos < nanos;
  }

  /** The estimate; 0 while too little is known. */
  long nanos() {
    return calls < LEAST_CALLS ? 0 : (long) nanos;
  }
}
