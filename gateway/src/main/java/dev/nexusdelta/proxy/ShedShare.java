package dev.nexusdelta.proxy;

import org.jspecify.annotations.Nullable;

/**
 * One agent's part of what an overloaded event loop takes: tokens that fill up evenly. Ordered by
 * how many calls came. One per agent and event loop; not thread-safe.
 */
final class ShedShare implements Comparable<ShedShare> {
  /** How many seconds' worth of calls may come at once. */
  private static final double BURST_SECONDS = 0.25;

  private int arrivals;
  private double tokens;
  private long filledAt;
  private boolean used;

  /** A call has come; returns how many did since the last look. */
  int arrived() {
    return ++arrivals;
  }

  int arrivals() {
    return arrivals;
  }

  /** Begins to count anew. */
  void forget() {
    arrivals = 0;
  }

  /**
   * Takes a token if there is one.
   *
   * @param perSecond how fast they come
   */
  boolean take(double perSecond, long nowNanos) {
    double most = Math.max(1, perSecond * BURST_SECONDS);
    double since = used ? (nowNanos - filledAt) / 1e9 : BURST_SECONDS;
    used = true;
    filledAt = nowNanos;
    tokens = Math.min(most, tokens + perSecond * since);
    if (tokens < 1) {
      return false;
    }
    tokens--;
    return true;
  }

  @Override
  public int compareTo(ShedShare other) {
    return Integer.compare(arrivals, other.arrivals);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
