package dev.nexusdelta.proxy;

import dev.nexusdelta.access.HostRule;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One address that the gateway listens on, and who may come in there.
 *
 * @param port to listen on; negative = any free one, the same for all that give the same number
 * @param hosts whom calls may address
 * @param guests who may address further names
 * @param peers callers by their address; connections of others are closed unread
 * @param isEncrypted where the gateway has a certificate
 * @param agents whether agents can be called here
 * @param gateways whether other gateways pass calls on to here
 * @param controlPlane takes what is no agent's; null = there is nothing but agents behind this door
 */
record Door(
    String host,
    int port,
    HostRule hosts,
    Guests guests,
    Predicate<InetAddress> peers,
    boolean isEncrypted,
    boolean agents,
    boolean gateways,
    @Nullable Handler<HttpServerRequest> controlPlane) {

  /** What agents of containers call the gateway. */
  private static final String NAME = "nexus";

  /** Where everybody comes in. */
  static Door front(
      String host, int port, HostRule hosts, Guests guests, Handler<HttpServerRequest> control) {
    return new Door(host, port, hosts, guests, peer -> true, true, true, true, control);
  }

  /** A door for calls of agents alone, addressed by its own address or as {@code nexus}. */
  static Door aside(String host, int port, Predicate<InetAddress> peers) {
    return new Door(host, port, names(host), new Guests(), peers, false, true, false, null);
  }

  /** A door for operators: everything but calls of agents. */
  static Door admin(String host, int port, HostRule hosts, Handler<HttpServerRequest> control) {
    return new Door(host, port, hosts, new Guests(), peer -> true, false, false, false, control);
  }

  /** A door for other gateways alone: whoever is none addresses nobody here. */
  static Door gateways(String host, int port) {
    HostRule nobody = HostRule.only(Set.of());
    return new Door(host, port, nobody, new Guests(), peer -> true, false, true, true, null);
  }

  /** That address, and {@code nexus}. */
  static HostRule names(String host) {
    return HostRule.only(Set.of(host.contains(":") ? "[" + host + "]" : host, NAME));
  }

  /** Whether others than gateways are let in. */
  boolean isForCallers() {
    return !gateways || controlPlane != null;
  }

  boolean admits(@Nullable InetAddress peer) {
    return peer != null && peers.test(peer);
  }
}
