package dev.nexusdelta.scaling;

import java.time.Duration;

/** Figures in reasons. Made for every decision, so without a formatter. */
final class Figures {
  private Figures() {}

  /** One place after the point: {@code 12.3}. */
  static String of(double value) {
    long tenths = Math.round(value * 10);
    return tenths / 10 + "." + Math.abs(tenths % 10);
  }

  /** {@code 20 ms}, {@code 2.5 s}, {@code 60 s}. */
  static String of(Duration time) {
    long millis = time.toMillis();
    if (millis < 1_000) {
      return millis + " ms";
    }
    return millis % 1_000 == 0 ? millis / 1_000 + " s" : of(millis / 1_000.0) + " s";
  }

  /** {@code 1 replica}, {@code 2 replicas}. */
  static String replicas(int count) {
    return count == 1 ? "1 replica" : count + " replicas";
  }
}
