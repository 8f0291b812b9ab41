package dev.nexusdelta.proxy;

import dev.nexusdelta.exchange.Exchange.HeaderSink;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import io.vertx.core.MultiMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

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
          "x-nexus-hop",
          "x-nexus-hop-proof");

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
          "x-nexus-hop-proof",
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
          "x-nexus-hop",
          "x-nexus-hop-proof",
          "x-nexus-attempts");

  private HeadRules() {}

  /** Adds the caller's headers that an agent may see. */
  static void toAgent(MultiMap from, HeaderSink to) {
    // HTTP/2 callers may send each cookie by itself; HTTP/1.1 knows one header only.
    List<String> cookies =
        from.contains(HttpHeaderNames.COOKIE) ? from.getAll(HttpHeaderNames.COOKIE) : List.of();
    if (cookies.size() > 1) {
      copy(from, (name, value) -> addUnlessCookie(name, value, to), NOT_TO_AGENT);
      to.add("cookie", String.join("; ", cookies));
    } else {
      copy(from, to, NOT_TO_AGENT);
    }
  }

  private static void addUnlessCookie(CharSequence name, CharSequence value, HeaderSink to) {
    if (!HttpHeaderNames.COOKIE.toString().equalsIgnoreCase(name.toString())) {
      to.add(name, value);
    }
  }

  /** Adds the agent's headers that a caller may see. */
  static void toCaller(MultiMap from, MultiMap to) {
    copy(from, to::add, NOT_TO_CALLER);
  }

  /** Adds what an agent said behind its answer, if a caller may see it there. */
  static void trailersToCaller(MultiMap from, MultiMap to) {
    copy(from, (name, value) -> addUnlessFraming(name, value, to), NOT_TO_CALLER);
  }

  private static void addUnlessFraming(CharSequence name, CharSequence value, MultiMap to) {
    if (!FRAMING.contains(name)) {
      to.add(name, value);
    }
  }

  private static void copy(MultiMap from, HeaderSink to, HeaderNames without) {
    Set<String> named = named(from);
    if (from instanceof HttpHeaders headers) {
      // As the decoder made them: without a text for each name, and without an object for each.
      Iterator<Map.Entry<CharSequence, CharSequence>> each = headers.iteratorCharSequence();
      while (each.hasNext()) {
        Map.Entry<CharSequence, CharSequence> header = each.next();
        pass(header.getKey(), header.getValue(), to, without, named);
      }
    } else {
      from.forEach((name, value) -> pass(name, value, to, without, named));
    }
  }

  private static void pass(
      CharSequence name,
      CharSequence value,
      HeaderSink to,
      HeaderNames without,
      Set<String> named) {
    if (!without.contains(name)
        && !isDisguised(name, without)
        && (named.isEmpty() || !named.contains(name.toString()))) {
      to.add(name, value);
    }
  }

  /** Many servers read {@code X_Nexus_Replica} as {@code X-Nexus-Replica}. */
  private static boolean isDisguised(CharSequence name, HeaderNames without) {
    return AsciiString.indexOf(name, '_', 0) >= 0
        && without.contains(name.toString().replace('_', '-'));
  }

  /** Names that {@code Connection} declares to be of this connection only. */
  private static Set<String> named(MultiMap from) {
    String first = from.get(HttpHeaderNames.CONNECTION);
    if (first == null) {
      return Set.of();
    }
    Set<String> names = Set.of();
    for (String value : from.getAll(HttpHeaderNames.CONNECTION)) {
      if (!value.equalsIgnoreCase("keep-alive") && !value.equalsIgnoreCase("close")) {
        for (String option : value.split(",", -1)) {
          String name = option.trim();
          if (!name.equalsIgnoreCase("content-type")) {
            names = names.isEmpty() ? new TreeSet<>(String.CASE_INSENSITIVE_ORDER) : names;
            names.add(name);
          }
        }
      }
    }
    return names;
  }
}
