package dev.nexusdelta.scaling;

/** What {@link ScalingPolicy} remembers of one agent between decisions. Immutable. */
public final class ScalingState {
  private ScalingState() {}

  /**
   * Nothing remembered.
   *
   * @param holdsDown no replica is taken away for one window: a new leader has not seen the load
   *     before
   */
  public static ScalingState fresh(long nowNanos, boolean holdsDown) {
    return new ScalingState();
  }
}
