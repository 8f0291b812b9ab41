package dev.nexusdelta.proxy;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How long a call may take and who says so. Pure.
 *
 * @param nanos from the head of the request
 * @param source where the limit is set, for {@code detail}
 * @param own whether the manifest set it: then passing it counts against the replica
 */
record TimeLimit(long nanos, String source, boolean own) {
  private static final Duration PASSED_ON = Duration.ofMillis(25);

  /** The caller's header. */
  static final String HEADER = "X-Nexus-Timeout";

  /** The manifest's limit. */
  static TimeLimit of(Duration timeout, String key) {
    return new TimeLimit(timeout.toNanos(), key + " in agent.yaml", true);
  }

  /** The shorter of the two. */
  TimeLimit tightenedBy(Duration timeout, String where, boolean manifest) {
    return timeout.toNanos() < nanos ? new TimeLimit(timeout.toNanos(), where, manifest) : this;
  }

  /**
   * What is left of the limit of a call that another gateway passes on, which knows who set it.
   * Less by a moment: its answer that time is up must be there before that one gives the call up,
   * or nobody would blame the replica.
   */
  TimeLimit passedOn(Duration left, boolean manifest) {
    long margin = Math.min(PASSED_ON.toNanos(), left.toNanos() / 10);
    return tightenedBy(left.minusNanos(margin), "the gateway that was called", manifest);
  }

  /** For people. */
  String text() {
    long millis = TimeUnit.NANOSECONDS.toMillis(nanos);
    return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
  }

  /**
   * Reads the header's value: a whole number of {@code ms}, {@code s} or {@code m}.
   *
   * @return null when it is none of these or not positive
   */
  static @Nullable Duration parse(String value) {
    String text = value.trim();
    int end = 0;
    while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
      end++;
    }
    if (end == 0 || end > 9) {
      return null;
    }
    long number = Long.parseLong(text.substring(0, end));
    Duration time =
        switch (text.substring(end)) {
          case "ms" -> Duration.ofMillis(number);
          case "s" -> Duration.ofSeconds(number);
          case "m" -> Duration.ofMinutes(number);
          default -> Duration.ZERO;
        };
    return time.isZero() ? null : time;
  }
}
