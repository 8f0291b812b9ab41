package dev.nexusdelta.proxy;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.List;

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

  /** Adds the caller's headers that an agent may see. */
  static void toAgent(MultiMap from, MultiMap to) {
    copy(from, to, NOT_TO_AGENT);
    joinCookies(to);
  }

  /** Adds the agent's headers that a caller may see. */
  static void toCaller(MultiMap from, MultiMap to) {
    copy(from, to, NOT_TO_CALLER);
  }

  private static void copy(MultiMap from, MultiMap to, HeaderNames without) {
    // Not by an iterator, which makes two objects for each header.
    from.forEach(
        (name, value) -> {
          if (!without.contains(name) && !isDisguised(name, without)) {
            to.add(name, value);
          }
        });
    if (from.contains(HttpHeaders.CONNECTION)) {
      from.getAll(HttpHeaders.CONNECTION).forEach(value -> removeNamed(value, to));
    }
  }

  /** Many servers read {@code X_Nexus_Replica} as {@code X-Nexus-Replica}. */
  private static boolean isDisguised(String name, HeaderNames without) {
    return name.indexOf('_') >= 0 && without.contains(name.replace('_', '-'));
  }

  /** HTTP/2 callers may send each cookie by itself; HTTP/1.1 knows one header only. */
  private static void joinCookies(MultiMap headers) {
    if (headers.contains(HttpHeaders.COOKIE)) {
      List<String> cookies = headers.getAll(HttpHeaders.COOKIE);
      if (cookies.size() > 1) {
        headers.set(HttpHeaders.COOKIE, String.join("; ", cookies));
      }
    }
  }

  /** Names that {@code Connection} declares to be of this connection only. */
  private static void removeNamed(String value, MultiMap from) {
    if (value.equalsIgnoreCase("keep-alive") || value.equalsIgnoreCase("close")) {
      return;
    }
    for (String option : value.split(",", -1)) {
      String name = option.trim();
      if (!name.isEmpty() && !name.equalsIgnoreCase("content-type")) {
        from.remove(name);
      }
    }
  }
}
