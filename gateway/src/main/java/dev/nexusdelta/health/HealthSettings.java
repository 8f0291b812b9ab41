package dev.nexusdelta.health;

import java.time.Duration;

/**
 * What the manifest says of health.
 *
 * @param interval between two probes of a healthy replica
 * @param start how long a new replica may take to its first good probe
 */
public record HealthSettings(Duration interval, Duration start) {
  /** Refuses intervals that would probe without a pause. */
  public HealthSettings {
    if (interval.isNegative() || interval.isZero() || start.isNegative()) {
      throw new IllegalArgumentException(
          "health interval " + interval + " and start " + start + " must be positive");
    }
  }
}
