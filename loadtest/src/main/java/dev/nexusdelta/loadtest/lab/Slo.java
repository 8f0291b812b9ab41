package dev.nexusdelta.loadtest.lab;

import java.util.Locale;
import java.util.OptionalDouble;

/**
 * One promise and whether it was kept.
 *
 * @param name what is promised, with its unit
 * @param limit the figure may be at most (or at least) this
 * @param figure empty = it could not be measured, and then the promise is not kept
 * @param atMost false: at least
 */
public record Slo(String name, double limit, OptionalDouble figure, boolean atMost) {
  /** At most {@code limit}. */
  public static Slo atMost(String name, double limit, double figure) {
    return new Slo(name, limit, OptionalDouble.of(figure), true);
  }

  /** At most {@code limit}, if it was measured at all. */
  public static Slo atMost(String name, double limit, OptionalDouble figure) {
    return new Slo(name, limit, figure, true);
  }

  /** At least {@code limit}. */
  public static Slo atLeast(String name, double limit, double figure) {
    return new Slo(name, limit, OptionalDouble.of(figure), false);
  }

  /** Whether it was kept. */
  public boolean held() {
    return figure.isPresent()
        && (atMost ? figure.getAsDouble() <= limit : figure.getAsDouble() >= limit);
  }

  /** For people. */
  String line() {
    return String.format(
        Locale.ROOT,
        "%s  %s: %s (%s %s)",
        held() ? "held    " : "NOT HELD",
        name,
        figure.isPresent() ? Rounded.text(figure.getAsDouble()) : "never seen",
        atMost ? "at most" : "at least",
        Rounded.text(limit));
  }
}
