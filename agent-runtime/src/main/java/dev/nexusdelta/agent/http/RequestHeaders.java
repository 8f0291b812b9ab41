package dev.nexusdelta.agent.http;

import com.sun.net.httpserver.Headers;
import dev.nexusdelta.agent.tools.Problem;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the headers of a call say. */
final class RequestHeaders {
  private static final int LONGEST_ID = 128;
  private static final String TIMEOUT = "X-Nexus-Timeout";

  private RequestHeaders() {}

  /** The caller's id of the request if it is sane, else a new one. */
  static String requestId(Headers headers, Supplier<String> ids) {
    String id = headers.getFirst("X-Request-Id");
    return id != null && isSane(id) ? id : ids.get();
  }

  private static boolean isSane(String id) {
    if (id.isEmpty() || id.length() > LONGEST_ID) {
      return false;
    }
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      boolean plain = letter || (c >= '0' && c <= '9') || "._:/+=@-".indexOf(c) >= 0;
      if (!plain) {
        return false;
      }
    }
    return true;
  }

  /** Why the call is refused whatever its body says; null if it is not. */
  static @Nullable Problem refusal(Headers headers) {
    if (headers.containsKey("Transfer-Encoding") && headers.containsKey("Content-Length")) {
      String detail = "Transfer-Encoding and Content-Length contradict each other: send one";
      return Problem.of(400, "invalid_request", "Invalid request", detail);
    }
    String type = headers.getFirst("Content-Type");
    if (type != null && !type.toLowerCase(Locale.ROOT).contains("json")) {
      String detail = "Content-Type is " + shortened(type) + ": expected application/json";
      return Problem.of(415, "unsupported_media_type", "Unsupported media type", detail);
    }
    String encoding = headers.getFirst("Content-Encoding");
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      String detail = "Content-Encoding " + shortened(encoding) + " is not taken: send it plain";
      return Problem.of(415, "unsupported_media_type", "Unsupported media type", detail);
    }
    if (headers.containsKey("Origin") && !headers.containsKey("X-Nexus-Replica")) {
      // A web page in the browser of someone on this machine could call every agent here.
      String detail = "calls from web pages must go through the gateway, not to the agent itself";
      return Problem.of(403, "forbidden", "Forbidden", detail);
    }
    return null;
  }

  /**
   * The time a call is given, or the problem with it.
   *
   * @param time empty = as long as it takes
   */
  record Timeout(Optional<Duration> time, @Nullable Problem problem) {}

  static Timeout timeout(Headers headers) {
    String text = headers.getFirst(TIMEOUT);
    if (text == null) {
      return new Timeout(Optional.empty(), null);
    }
    String plain = text.strip();
    boolean millis = plain.endsWith("ms");
    String number = plain.substring(0, Math.max(0, plain.length() - (millis ? 2 : 1)));
    boolean valid =
        (millis || plain.endsWith("s"))
            && !number.isEmpty()
            && number.length() <= 12
            && number.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!valid) {
      String detail = TIMEOUT + " is \"" + shortened(plain) + "\": expected a time like 1500ms";
      return new Timeout(
          Optional.empty(), Problem.of(400, "invalid_request", "Invalid request", detail));
    }
    long value = Long.parseLong(number);
    return new Timeout(
        Optional.of(millis ? Duration.ofMillis(value) : Duration.ofSeconds(value)), null);
  }

  private static String shortened(String text) {
    return text.length() > 60 ? text.substring(0, 60) + "…" : text;
  }
}
