package dev.nexusdelta.scaling;

import java.util.OptionalLong;

/**
 * What {@link ScalingPolicy} remembers of one agent from decision to decision. Immutable; times are
 * readings of the monotonic clock that the decisions get.
 */
public final class ScalingState {
  final long since;
  final boolean holdsDown;
  final OptionalLong panickedAt;
  final OptionalLong raisedAt;
  final OptionalLong loweredAt;
  final SlidingPeak peak;

  private ScalingState(
      long since,
      boolean holdsDown,
      OptionalLong panickedAt,
      OptionalLong raisedAt,
      OptionalLong loweredAt,
      SlidingPeak peak) {
    this.since = since;
    this.holdsDown = holdsDown;
    this.panickedAt = panickedAt;
    this.raisedAt = raisedAt;
    this.loweredAt = loweredAt;
    this.peak = peak;
  }

  /**
   * Nothing remembered.
   *
   * @param holdsDown no replica is taken away for one window: a new leader has not seen the load
   *     before
   */
  public static ScalingState fresh(long nowNanos, boolean holdsDown) {
    OptionalLong never = OptionalLong.empty();
    return new ScalingState(nowNanos, holdsDown, never, never, never, SlidingPeak.NONE);
  }

  /** The load has just been far more than the ready replicas carry. */
  ScalingState panicked(long now) {
    return new ScalingState(since, holdsDown, OptionalLong.of(now), raisedAt, loweredAt, peak);
  }

  ScalingState raised(long now) {
    return new ScalingState(since, holdsDown, panickedAt, OptionalLong.of(now), loweredAt, peak);
  }

  ScalingState lowered(long now) {
    return new ScalingState(since, holdsDown, panickedAt, raisedAt, OptionalLong.of(now), peak);
  }

  /** So many replicas are needed for the load of now. */
  ScalingState needed(int replicas, long span, long now) {
    return new ScalingState(
        since, holdsDown, panickedAt, raisedAt, loweredAt, peak.with(replicas, span, now));
  }

  /**
   * What is not seen might need all that there are: a window of seeing has to show that it does
   * not.
   */
  ScalingState blind(int replicas, long span, long now) {
    return peak.seen().isEmpty() ? this : needed(replicas, span, now);
  }

  /** Whether something was less than {@code span} ago. */
  static boolean within(OptionalLong event, long span, long now) {
    return event.isPresent() && now - event.getAsLong() < span;
  }
}
