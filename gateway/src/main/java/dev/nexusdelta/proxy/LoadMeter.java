package dev.nexusdelta.proxy;

import dev.nexusdelta.load.AgentLoad;
import java.time.Duration;

/**
 * Counts one agent's calls on one event loop, each of them: how many come, and for how long how
 * many are there. Costs a few additions a call. Stays on its event loop.
 */
final class LoadMeter {
  private static final double SECOND = 1e9;

  private long arrivals;
  private long answered;

  /** Sum of the time that each call was there since the last take. */
  private long callNanos;

  private long serviceNanos;
  private int inFlight;
  private long upTo;

  /** Counts from that moment on. */
  LoadMeter(long nowNanos) {
    upTo = nowNanos;
  }

  void began(long nowNanos) {
    advance(nowNanos);
    arrivals++;
    inFlight++;
  }

  void ended(long nowNanos) {
    advance(nowNanos);
    inFlight--;
  }

  /** The head of an answer has come, so long after the call was sent. */
  void answered(long tookNanos) {
    answered++;
    serviceNanos += tookNanos;
  }

  /** Whether a take would bring nothing. */
  boolean isIdle() {
    return inFlight == 0 && arrivals == 0 && answered == 0 && callNanos == 0;
  }

  /**
   * What was counted since the last take.
   *
   * @param waiting calls of those in flight that wait for a replica
   * @param oldestWait for how long the first of them has
   */
  AgentLoad take(int waiting, Duration oldestWait, long nowNanos) {
    advance(nowNanos);
    AgentLoad load =
        new AgentLoad(
            arrivals,
            answered,
            callNanos / SECOND,
            serviceNanos / SECOND,
            inFlight,
            waiting,
            oldestWait);
    arrivals = 0;
    answered = 0;
    callNanos = 0;
    serviceNanos = 0;
    return load;
  }

  /** A call may have begun a moment before another one ended that was counted first. */
  private void advance(long nowNanos) {
    long passed = nowNanos - upTo;
    if (passed > 0) {
      callNanos += passed * inFlight;
      upTo = nowNanos;
    }
  }
}
