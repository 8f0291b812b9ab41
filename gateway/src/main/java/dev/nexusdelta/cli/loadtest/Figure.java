package dev.nexusdelta.cli.loadtest;

import java.util.Arrays;

/**
 * One figure of a run that can be set beside that of another.
 *
 * @param higherIsBetter else lower is
 * @param spread standard error of the value within its run; 0 = it was measured once
 * @param resolution differences below this are none, whatever the spread
 */
record Figure(String name, boolean higherIsBetter, double value, double spread, double resolution) {
  private static final int BLOCKS = 10;

  /** Seconds of a run that are warm-up: a tenth. */
  private static final int WARM_UP_SHARE = 10;

  /** Measured once. */
  static Figure once(String name, boolean higherIsBetter, double value, double resolution) {
    return new Figure(name, higherIsBetter, value, 0, resolution);
  }

  /**
   * From one value a second, after warm-up. Neighbours resemble each other, so value and spread are
   * not taken from them but from the medians of up to ten stretches of the run.
   */
  static Figure of(String name, boolean higherIsBetter, double[] seconds, double resolution) {
    double[] warm =
        Arrays.copyOfRange(
            seconds, (seconds.length + WARM_UP_SHARE - 1) / WARM_UP_SHARE, seconds.length);
    double[] used = warm.length == 0 ? seconds : warm;
    int blocks = Math.min(BLOCKS, used.length);
    double[] medians = new double[blocks];
    for (int i = 0; i < blocks; i++) {
      medians[i] =
          median(
              Arrays.copyOfRange(used, i * used.length / blocks, (i + 1) * used.length / blocks));
    }
    return mean(name, higherIsBetter, medians, resolution);
  }

  /** Few values of equal weight, such as the start of each replica: their mean. */
  static Figure mean(String name, boolean higherIsBetter, double[] values, double resolution) {
    return new Figure(
        name, higherIsBetter, Arrays.stream(values).average().orElse(0), error(values), resolution);
  }

  /** A count of rare events scatters by its own root. */
  static Figure count(String name, double count) {
    return new Figure(name, false, count, Math.sqrt(count), 0);
  }

  private static double error(double[] values) {
    if (values.length < 2) {
      return 0;
    }
    double mean = Arrays.stream(values).average().orElse(0);
    double squares = Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum();
    return Math.sqrt(squares / (values.length - 1) / values.length);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
