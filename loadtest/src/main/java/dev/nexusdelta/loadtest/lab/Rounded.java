package dev.nexusdelta.loadtest.lab;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Figures with the digits that they deserve. */
final class Rounded {
  private Rounded() {}

  /** Rounds to so many digits after the point. */
  static double to(int digits, double value) {
    return BigDecimal.valueOf(value).setScale(digits, RoundingMode.HALF_UP).doubleValue();
  }

  /** Three significant digits, whole numbers in full. */
  static String text(double value) {
    if (value == Math.rint(value)) {
      return Long.toString((long) value);
    }
    int before = (int) Math.floor(Math.log10(Math.abs(value))) + 1;
    int digits = Math.max(0, Math.min(3, 3 - before));
    return BigDecimal.valueOf(value)
        .setScale(digits, RoundingMode.HALF_UP)
        .stripTrailingZeros()
        .toPlainString();
  }
}
