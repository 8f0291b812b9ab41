package dev.nexusdelta.cli.shell;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as people write and read them. */
public final class Times {
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");

  private static final DateTimeFormatter MILLIS =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

  private Times() {}

  /**
   * {@code 500ms}, {@code 30s}, {@code 5m}, {@code 2h}, {@code 1d}.
   *
   * @throws CommandFailure if it is none of these
   */
  public static Duration duration(String what, String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      throw new CommandFailure(
          ExitCode.USAGE,
          what + " '" + text + "' is no duration",
          "write a number and a unit, such as 500ms, 30s, 5m, 2h or 1d");
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      default -> Duration.ofDays(number);
    };
  }

  /** Whether {@link #duration} understands it. */
  public static boolean isDuration(String text) {
    return DURATION.matcher(text).matches();
  }

  /** A duration back from {@code now}, or an RFC 3339 time. */
  public static Instant since(String what, String text, Instant now) {
    if (DURATION.matcher(text).matches()) {
      return now.minus(duration(what, text));
    }
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new CommandFailure(
          ExitCode.USAGE,
          what + " '" + text + "' is neither a duration nor a time",
          "write how far back, such as 10m, or a time such as 2026-11-22T07:30:00Z");
    }
  }

  /** A time to the millisecond, always as wide, so that columns stand; other text as it is. */
  public static String millis(String instant) {
    try {
      return MILLIS.format(Instant.parse(instant));
    } catch (DateTimeParseException e) {
      return instant;
    }
  }

  /** How long ago, in the one unit that matters; empty text for what is no time. */
  public static String ago(String instant, Instant now) {
    try {
      return shown(Duration.between(Instant.parse(instant), now));
    } catch (DateTimeParseException e) {
      return "";
    }
  }

  /** A duration in the one unit that matters. */
  public static String shown(Duration time) {
    long seconds = Math.max(0, time.toSeconds());
    if (seconds < 120) {
      return seconds + "s";
    }
    if (seconds < 7200) {
      return seconds / 60 + "m";
    }
    return seconds < 172_800 ? seconds / 3600 + "h" : seconds / 86_400 + "d";
  }

  /** Bytes as people read them; empty text for negative ones. */
  public static String bytes(long bytes) {
    return bytes < 0 ? "" : String.format(Locale.ROOT, "%.0f MiB", bytes / 1048576.0);
  }
}
