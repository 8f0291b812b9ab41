package dev.nexusdelta.agent;

import dev.nexusdelta.agent.http.AgentServer;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the environment says: {@code AGENT_NAME}, {@code AGENT_VERSION}, {@code AGENT_REPLICA},
 * {@code HOST} (127.0.0.1), {@code PORT} (8080; 0 = any), {@code LOG_LEVEL} (info), {@code
 * AGENT_MAX_BODY} (4MiB), {@code AGENT_THREADS} (64; tools at once on a JDK without virtual
 * threads).
 *
 * @param logLevel as written
 */
record Environment(AgentServer.Settings settings, @Nullable String logLevel) {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,9})(|KiB|MiB)");

  static Environment read(Map<String, String> variables, String name, String version) {
    AgentServer.Settings settings =
        new AgentServer.Settings(
            text(variables, "AGENT_NAME", name),
            text(variables, "AGENT_VERSION", version.isEmpty() ? "0" : version),
            text(variables, "AGENT_REPLICA", ""),
            text(variables, "HOST", "127.0.0.1"),
            number(variables, "PORT", 8080, 0, 65_535),
            size(variables, "AGENT_MAX_BODY", 4 << 20),
            number(variables, "AGENT_THREADS", 64, 1, 10_000));
    return new Environment(settings, variables.get("LOG_LEVEL"));
  }

  private static String text(Map<String, String> variables, String key, String fallback) {
    String value = variables.get(key);
    return value == null || value.isBlank() ? fallback : value.strip();
  }

  private static int number(
      Map<String, String> variables, String key, int fallback, int min, int max) {
    String value = text(variables, key, Integer.toString(fallback));
    try {
      int number = Integer.parseInt(value);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below, as for a number out of range.
    }
    throw bad(key, value, "a number from " + min + " to " + max);
  }

  private static int size(Map<String, String> variables, String key, int fallback) {
    String value = text(variables, key, Integer.toString(fallback));
    Matcher size = SIZE.matcher(value);
    if (!size.matches()) {
      throw bad(key, value, "a size like 4MiB, 512KiB or 65536");
    }
    String unit = size.group(2).toUpperCase(Locale.ROOT);
    long bytes =
        Long.parseLong(size.group(1)) << (unit.equals("MIB") ? 20 : unit.equals("KIB") ? 10 : 0);
    if (bytes > 1 << 30) {
      throw bad(key, value, "at most 1024MiB");
    }
    return (int) bytes;
  }

  private static AgentStartException bad(String key, String value, String expected) {
    return new AgentStartException(
        "environment variable " + key + " is \"" + value + "\": expected " + expected, null);
  }
}
