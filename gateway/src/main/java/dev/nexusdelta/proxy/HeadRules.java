package dev.nexusdelta.proxy;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Which headers pass through the gateway. What belongs to one connection, what frames a message and
 * what only the gateway may say is left out; the gateway writes its own. Pure.
 */
final class HeadRules {
  /** Names that frame a message or say who is asked: never in a trailer, never misspelt. */
  static final HeaderNames FRAMING =
      HeaderNames.of(
          "content-length",
          "transfer-encoding",
          "host",
          "connection",
          "trailer",
          "te",
          "upgrade",
          "expect",
          "authorization",
          "proxy-authorization",
          "content-encoding",
          "content-type",
          "content-range",
          "x-nexus-replica",
          "x-nexus-timeout",
          "x-nexus-hop");

  private static final HeaderNames NOT_TO_AGENT =
      HeaderNames.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authenticate",
          "proxy-authorization",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "http2-settings",
          "host",
          "content-length",
          "expect",
          "authorization",
          "forwarded",
          "x-forwarded-for",
          "x-forwarded-host",
          "x-forwarded-port",
          "x-forwarded-proto",
          "x-forwarded-server",
          "x-forwarded-prefix",
          "x-real-ip",
          "x-request-id",
          "traceparent",
          "x-nexus-replica",
          "x-nexus-timeout",
          "x-nexus-hop",
          "x-nexus-attempts");

  private static final HeaderNames NOT_TO_CALLER =
      HeaderNames.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authenticate",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "content-length",
          "x-request-id",
          "x-nexus-replica",
          "x-nexus-attempts");

  private HeadRules() {}

  /** The caller's headers that an agent may see. */
  static MultiMap toAgent(MultiMap from) {
    return copy(from, HttpHeaders.headers(), NOT_TO_AGENT);
  }

  /** Adds the agent's headers that a caller may see. */
  static void toCaller(MultiMap from, MultiMap to) {
    copy(from, to, NOT_TO_CALLER);
  }

  private static MultiMap copy(MultiMap from, MultiMap to, HeaderNames without) {
    List<String> named = List.of();
    for (Map.Entry<String, String> header : from) {
      String name = header.getKey();
      if (!without.contains(name)) {
        to.add(name, header.getValue());
      } else if (name.length() == 10 && name.equalsIgnoreCase("connection")) {
        named = connectionNamed(header.getValue(), named);
      }
    }
    named.forEach(to::remove);
    return to;
  }

  /** Names that {@code Connection} declares to be of this connection only. */
  private static List<String> connectionNamed(String value, List<String> before) {
    if (value.equalsIgnoreCase("keep-alive") || value.equalsIgnoreCase("close")) {
      return before;
    }
    List<String> names = new ArrayList<>(before);
    for (String option : value.split(",", -1)) {
      String name = option.trim().toLowerCase(Locale.ROOT);
      if (!name.isEmpty() && !name.equals("content-type")) {
        names.add(name);
      }
    }
    return names;
  }
}
