package dev.nexusdelta.health;

/**
 * Where a replica stands. Times are monotonic nanoseconds of one clock, of no fixed origin.
 *
 * @param since when this phase began
 * @param streak good probes in a row while suspect or ejected
 * @param probes failed ones while starting
 * @param holdUntil a suspect or ejected replica comes back no earlier
 * @param outliers ejections as an outlier that are not forgotten
 * @param reason of the last bad observation; empty when all is well
 */
public record HealthState(
    Phase phase, long since, int streak, int probes, long holdUntil, int outliers, String reason) {

  /** A replica that was just seen. */
  public static HealthState starting(long now) {
    return new HealthState(Phase.STARTING, now, 0, 0, now, 0, "");
  }

  HealthState to(Phase next, long now, String why) {
    return new HealthState(next, now, 0, 0, now, outliers, why);
  }
}
