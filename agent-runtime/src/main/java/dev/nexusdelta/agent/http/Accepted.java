package dev.nexusdelta.agent.http;

import dev.nexusdelta.agent.tools.StreamFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a caller wants a stream to be: lines, unless the {@code Accept} header prefers another form.
 * Higher quality wins; then a name before a wildcard, so that {@code application/json, *}{@code /*}
 * means JSON; then lines before events before JSON.
 */
final class Accepted {
  private static final String JSON = "application/json";

  private Accepted() {}

  /**
   * The wanted format; null = one JSON text.
   *
   * @param accept the header's values; null = any
   */
  static @Nullable StreamFormat of(@Nullable List<String> accept) {
    if (accept == null || accept.isEmpty()) {
      return StreamFormat.NDJSON;
    }
    String[] ranges = String.join(",", accept).toLowerCase(Locale.ROOT).split(",", 33);
    int lines = weight(ranges, StreamFormat.NDJSON.contentType());
    int events = weight(ranges, StreamFormat.SSE.contentType());
    int json = weight(ranges, JSON);
    if (json > lines && json > events) {
      return null;
    }
    return events > lines ? StreamFormat.SSE : StreamFormat.NDJSON;
  }

  /** Quality in thousandths times 4, plus how exactly the range names the type. */
  private static int weight(String[] ranges, String type) {
    int exactness = 0;
    int quality = 0;
    for (String range : ranges) {
      int end = range.indexOf(';');
      String name = (end < 0 ? range : range.substring(0, end)).strip();
      int exact = exactness(name, type);
      if (exact > exactness) {
        exactness = exact;
        quality = end < 0 ? 1000 : quality(range.substring(end));
      }
    }
    return quality == 0 ? 0 : quality * 4 + exactness;
  }

  private static int exactness(String range, String type) {
    if (range.equals(type)) {
      return 3;
    }
    boolean whole = range.equals(type.substring(0, type.indexOf('/') + 1) + "*");
    return whole ? 2 : range.equals("*/*") ? 1 : 0;
  }

  private static int quality(String parameters) {
    for (String parameter : parameters.split(";", 9)) {
      String plain = parameter.strip();
      if (plain.startsWith("q=")) {
        try {
          double value = Double.parseDouble(plain.substring(2).strip());
          return value >= 0 && value <= 1 ? (int) Math.round(value * 1000) : 0;
        } catch (NumberFormatException e) {
          return 0;
        }
      }
    }
    return 1000;
  }
}
