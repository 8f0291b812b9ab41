package dev.nexusdelta.proxy;

import dev.nexusdelta.access.TrustedProxies;
import dev.nexusdelta.exchange.Exchange.HeaderSink;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What agents and logs are told of who calls: what a trusted proxy says, with that proxy behind it,
 * and otherwise what the gateway sees itself.
 */
final class Forwarding {
  private static final CharSequence FOR = HttpHeaders.createOptimized("X-Forwarded-For");
  private static final CharSequence PROTO = HttpHeaders.createOptimized("X-Forwarded-Proto");
  private static final CharSequence HOST = HttpHeaders.createOptimized("X-Forwarded-Host");
  private static final CharSequence FORWARDED = HttpHeaders.createOptimized("Forwarded");

  private static final List<CharSequence> PASSED_ON = List.of(FOR, PROTO, HOST, FORWARDED);

  /** A chain longer than this is nobody's. */
  private static final int MOST_CHAIN = 4096;

  private Forwarding() {}

  /** Adds the headers for an agent; those that came are not among what is passed on. */
  static void toAgent(ClientConnection connection, HttpServerRequest request, HeaderSink to) {
    MultiMap from = request.headers();
    String proto = connection.isSecure() ? "https" : "http";
    if (!connection.isTrusted()) {
      to.add(FOR, connection.host());
      to.add(PROTO, proto);
      add(to, HOST, RequestCheck.hostOf(request));
      return;
    }
    to.add(FOR, chain(from.getAll(FOR), connection.host()));
    String saidProto = from.get(PROTO);
    to.add(PROTO, "https".equals(saidProto) || "http".equals(saidProto) ? saidProto : proto);
    String saidHost = from.get(HOST);
    add(to, HOST, saidHost == null ? RequestCheck.hostOf(request) : saidHost);
    if (from.contains(FORWARDED)) {
      to.add(FORWARDED, chain(from.getAll(FORWARDED), element(connection, proto)));
    }
  }

  /** The same for a call that another gateway passes on, whose word is taken as it is. */
  static void passOn(HttpServerRequest request, HeaderSink to) {
    MultiMap from = request.headers();
    for (CharSequence name : PASSED_ON) {
      if (from.contains(name)) {
        from.getAll(name).forEach(value -> to.add(name, value));
      }
    }
  }

  /**
   * Who calls, for the log: with port where that is known.
   *
   * @param hop whether another gateway passes it on
   */
  static String caller(
      TrustedProxies trusted, ClientConnection connection, HttpServerRequest request, boolean hop) {
    InetAddress peer = connection.peer();
    if (hop && peer != null) {
      return trusted.callerBehind(peer, request.headers().getAll(FOR)).getHostAddress();
    }
    if (!connection.isTrusted() || peer == null) {
      return connection.remote();
    }
    InetAddress caller = trusted.callerOf(peer, request.headers().getAll(FOR));
    return caller.equals(peer) ? connection.remote() : caller.getHostAddress();
  }

  private static void add(HeaderSink to, CharSequence name, @Nullable String value) {
    if (value != null) {
      to.add(name, value);
    }
  }

  private static String chain(List<String> before, String last) {
    String all = String.join(", ", before);
    return all.isEmpty() || all.length() > MOST_CHAIN ? last : all + ", " + last;
  }

  /** As RFC 7239 writes it. */
  private static String element(ClientConnection connection, String proto) {
    String host = connection.host();
    return "for=" + (host.contains(":") ? "\"[" + host + "]\"" : host) + ";proto=" + proto;
  }
}
