package dev.nexusdelta.keys;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How often a key may be used.
 *
 * @param calls at least 1
 * @param per a second, a minute or an hour
 */
public record CallRate(int calls, Duration per) {
  private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,8})/([smh])");

  /**
   * Reads {@code 50/s}, {@code 600/m}, {@code 1000/h}.
   *
   * @throws IllegalArgumentException saying what was expected
   */
  public static CallRate of(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "rate '"
              + Excerpt.of(text, 40)
              + "' is not a number of calls and s, m or h, such as 50/s or 600/m");
    }
    return new CallRate(Integer.parseInt(form.group(1)), unit(form.group(2)));
  }

  private static Duration unit(String letter) {
    return switch (letter) {
      case "s" -> Duration.ofSeconds(1);
      case "m" -> Duration.ofMinutes(1);
      default -> Duration.ofHours(1);
    };
  }

  /** As {@link #of} reads it. */
  @Override
  public String toString() {
    long seconds = per.toSeconds();
    return calls + "/" + (seconds == 1 ? "s" : seconds == 60 ? "m" : "h");
  }
}
