package dev.nexusdelta.loadtest.lab;

import java.util.List;
import java.util.OptionalDouble;

/**
 * How much was carried before it broke. A level is kept if all but one in a hundred of its calls
 * ended well and the 95th percentile stayed within the limit; the knee is the last kept level
 * before the first that was not. Pure.
 *
 * @param kept rate of that level; empty = not even the first
 * @param broke rate of the first level that was not kept; empty = the load never was too much
 */
public record Knee(OptionalDouble kept, OptionalDouble broke) {
  private static final double FAILED_SHARE = 0.01;

  /** What became of the callers of one level. */
  record Level(double rate, long begun, long ok, long failed, double p95) {
    boolean kept(double p95Millis) {
      return begun > 0 && failed <= begun * FAILED_SHARE && ok > 0 && p95 <= p95Millis;
    }
  }

  static Knee of(List<Level> levels, double p95Millis) {
    OptionalDouble kept = OptionalDouble.empty();
    for (Level level : levels) {
      if (!level.kept(p95Millis)) {
        return new Knee(kept, OptionalDouble.of(level.rate()));
      }
      kept = OptionalDouble.of(level.rate());
    }
    return new Knee(kept, OptionalDouble.empty());
  }
}
