package dev.nexusdelta.app;

import dev.nexusdelta.app.Settings.Address;
import dev.nexusdelta.proxy.ProxyServer;
import dev.nexusdelta.proxy.ProxyServer.SideDoor;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The listener of the admin API, if it has one of its own. Opened once, by the thread that starts
 * the gateway.
 */
final class AdminDoor {
  /** How many ports are tried when nobody asked for a certain one. */
  private static final int TRIES = 100;

  private final Optional<Address> address;
  private @Nullable SideDoor door;

  private AdminDoor(Optional<Address> address) {
    this.address = address;
  }

  /**
   * Finds its address.
   *
   * @param predecessor where the gateway that is followed has it; empty text = nowhere
   * @throws IOException if a port that was asked for is taken
   */
  static AdminDoor of(Settings settings, String predecessor) throws IOException {
    if (settings.admin().isEmpty()) {
      return new AdminDoor(Optional.empty());
    }
    Settings.Admin admin = settings.admin().get();
    Address wished = admin.address();
    if (text(wished).equals(predecessor)) {
      return new AdminDoor(Optional.of(wished));
    }
    if (!admin.wished() && predecessor.startsWith(wished.host() + ":")) {
      int port = Integer.parseInt(predecessor.substring(predecessor.lastIndexOf(':') + 1));
      return new AdminDoor(Optional.of(new Address(wished.host(), port)));
    }
    int last = admin.wished() ? wished.port() : wished.port() + TRIES;
    for (int port = wished.port(); ; port++) {
      try {
        return new AdminDoor(
            Optional.of(new Address(wished.host(), Listening.free(wished.host(), port))));
      } catch (IOException taken) {
        if (port >= last) {
          throw new IOException(
              "port "
                  + wished.port()
                  + " of "
                  + wished.host()
                  + " is taken, and the admin API was to listen there: end what has it, or give the"
                  + " key admin (NEXUS_ADMIN) another address",
              taken);
        }
      }
    }
  }

  /** Whether the admin API is not on the callers' listener. */
  boolean isApart() {
    return address.isPresent();
  }

  /**
   * Listens, if it is to.
   *
   * @param on event loops that calls do not use
   */
  void open(ProxyServer proxy, Vertx on, Handler<HttpServerRequest> control, Standing standing) {
    if (address.isEmpty()) {
      return;
    }
    Address own = address.get();
    door = proxy.administer(on, own.host(), own.port(), control).await();
    standing.administeredAt("http://" + text(own));
  }

  /** {@code 127.0.0.1:8079}; empty = the callers' listener has it. */
  String text() {
    return address.map(AdminDoor::text).orElse("");
  }

  /** Its port; 0 = none. */
  int port() {
    return address.map(Address::port).orElse(0);
  }

  private static String text(Address address) {
    String host = address.host();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.port();
  }

  Future<Void> close() {
    SideDoor open = door;
    return open == null ? Future.succeededFuture() : open.close();
  }
}
