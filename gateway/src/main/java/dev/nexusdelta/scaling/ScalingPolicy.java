package dev.nexusdelta.scaling;

import java.util.List;

/** How many replicas an agent shall have. Pure. */
public final class ScalingPolicy {
  private ScalingPolicy() {}

  /**
   * A decision and what is to be remembered of it.
   *
   * @param state for the next decision
   * @param decision what shall become of the replicas
   */
  public record Step(ScalingState state, Decision decision) {}

  /** Decides; times are readings of one monotonic clock in nanoseconds. */
  public static Step decide(
      ScalingState state, ScalingInput input, ScalingSettings settings, long nowNanos) {
    return new Step(
        state, new Decision.Hold(input.desired(), "stable", "nothing decided", List.of()));
  }
}
