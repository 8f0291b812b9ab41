package dev.nexusdelta.sdk;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How one call is to be made. Every value is checked where it is set.
 *
 * @param limit how long it may take, for a stream until it begins
 * @param idle how long a stream may be silent
 * @param idempotencyKey null = none
 * @param headers more of them, by their names as given
 */
record CallOptions(
    Duration limit, Duration idle, @Nullable String idempotencyKey, Map<String, String> headers) {
  /** What gateways and agents allow streams is less, unless somebody has set more there. */
  private static final Duration USUAL_IDLE = Duration.ofMinutes(10);

  private static final Duration LONGEST = Duration.ofDays(7);

  /** Those that say what the call is, or how it travels. */
  private static final Set<String> OURS =
      Set.of(
          "accept",
          "authorization",
          "connection",
          "content-length",
          "content-type",
          "expect",
          "host",
          "idempotency-key",
          "keep-alive",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "x-nexus-timeout");

  static CallOptions within(Duration limit) {
    return new CallOptions(checked("deadline", limit), USUAL_IDLE, null, Collections.emptyMap());
  }

  CallOptions deadline(Duration value) {
    return new CallOptions(checked("deadline", value), idle, idempotencyKey, headers);
  }

  CallOptions idle(Duration value) {
    return new CallOptions(limit, checked("idle time", value), idempotencyKey, headers);
  }

  CallOptions idempotencyKey(@Nullable String value) {
    if (value != null && !value.matches("[\\x21-\\x7e]{1,255}")) {
      throw new IllegalArgumentException(
          "the idempotency key is not 1 to 255 visible ASCII characters");
    }
    return new CallOptions(limit, idle, value, headers);
  }

  CallOptions requestId(String value) {
    if (!value.matches("[A-Za-z0-9_.:-]{1,128}")) {
      throw new IllegalArgumentException(
          "request id '" + value + "' is not 1 to 128 letters, digits and - _ . :");
    }
    return with("X-Request-Id", value);
  }

  CallOptions header(String name, String value) {
    if (!name.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]+")) {
      throw new IllegalArgumentException("'" + name + "' is no name of a header");
    }
    if (OURS.contains(name.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException(
          "the header " + name + " is set by the client itself; it has a method for what it says");
    }
    if (!value.matches("[\\x20-\\x7e]*") || !value.equals(value.strip())) {
      throw new IllegalArgumentException(
          "the value of the header " + name + " holds other than visible ASCII characters");
    }
    return with(name, value);
  }

  private CallOptions with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.keySet().removeIf(name::equalsIgnoreCase);
    more.put(name, value);
    return new CallOptions(limit, idle, idempotencyKey, Collections.unmodifiableMap(more));
  }

  private static Duration checked(String what, Duration value) {
    if (value.toMillis() < 1 || value.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "the " + what + " is " + value + "; expected between 1 ms and 7 days");
    }
    return value;
  }
}
