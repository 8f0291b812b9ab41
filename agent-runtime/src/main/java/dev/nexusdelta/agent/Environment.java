package dev.nexusdelta.agent;

import dev.nexusdelta.agent.http.AgentServer;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the environment says: {@code AGENT_NAME}, {@code AGENT_VERSION}, {@code AGENT_REPLICA},
 * {@code HOST} (127.0.0.1), {@code PORT} (8080; 0 = any), {@code LOG_LEVEL} (info), {@code
 * AGENT_MAX_BODY} (4MiB), {@code AGENT_THREADS} (64; tools at once on a JDK without virtual
 * threads), {@code AGENT_STREAM_IDLE} (300; seconds that the caller of a stream may go without
 * reading).
 *
 * @param logLevel as written
 */
record Environment(AgentServer.Settings settings, @Nullable String logLevel) {
  /** After that without a word a stream is written to; the second time shows who has left. */
  static final Duration HEARTBEAT = Duration.ofSeconds(10);

  private static final long LARGEST = 1L << 30;

  static Environment read(Map<String, String> variables, String name, String version) {
    AgentServer.Settings settings =
        new AgentServer.Settings(
            text(variables, "AGENT_NAME", name),
            text(variables, "AGENT_VERSION", version.isEmpty() ? "0" : version),
            text(variables, "AGENT_REPLICA", ""),
            text(variables, "HOST", "127.0.0.1"),
            number(variables, "PORT", 8080, 0, 65_535),
            size(variables, "AGENT_MAX_BODY", 4 << 20),
            number(variables, "AGENT_THREADS", 64, 1, 10_000),
            Duration.ofSeconds(number(variables, "AGENT_STREAM_IDLE", 300, 1, 86_400)),
            HEARTBEAT);
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
    int shift = value.endsWith("MiB") ? 20 : value.endsWith("KiB") ? 10 : 0;
    String digits = shift == 0 ? value : value.substring(0, value.length() - 3);
    try {
      long number = Long.parseLong(digits);
      if (number >= 0 && number <= LARGEST >> shift) {
        return (int) (number << shift);
      }
    } catch (NumberFormatException e) {
      // Said below, as for a size out of range.
    }
    throw bad(key, value, "a size like 4MiB, 512KiB or 65536, at most 1024MiB");
  }

  private static AgentStartException bad(String key, String value, String expected) {
    return new AgentStartException(
        "environment variable " + key + " is \"" + value + "\": expected " + expected, null);
  }
}
