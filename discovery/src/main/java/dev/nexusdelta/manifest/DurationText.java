package dev.nexusdelta.manifest;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as people write them: {@code 500ms}, {@code 30s}, {@code 1.5s}, {@code 5m}, {@code
 * 1h30m}, {@code 1d}. Whole milliseconds; a bare number is refused, because it could be either.
 */
public final class DurationText {
  private static final Pattern FORM = Pattern.compile("(?:[0-9]+(?:\\.[0-9]+)?(?:ms|s|m|h|d))+");
  private static final Pattern PART = Pattern.compile("([0-9.]+)(ms|s|m|h|d)");
  private static final Map<String, Long> MILLIS =
      Map.of("ms", 1L, "s", 1000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);
  private static final int LONGEST = 40;

  private DurationText() {}

  /** The duration; empty if the text is none, or none of whole milliseconds. */
  public static Optional<Duration> parse(String text) {
    if (text.length() > LONGEST || !FORM.matcher(text).matches()) {
      return Optional.empty();
    }
    BigDecimal millis = BigDecimal.ZERO;
    Matcher part = PART.matcher(text);
    while (part.find()) {
      long unit = MILLIS.getOrDefault(part.group(2), 0L);
      millis = millis.add(new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(unit)));
    }
    try {
      return Optional.of(Duration.ofMillis(millis.longValueExact()));
    } catch (ArithmeticException notWholeOrTooLong) {
      return Optional.empty();
    }
  }

  /** The shortest exact spelling in seconds or milliseconds: {@code 300s}, {@code 1500ms}. */
  public static String format(Duration duration) {
    long millis = duration.toMillis();
    return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
  }
}
