package dev.nexusdelta.proxy;

import dev.nexusdelta.access.HostRule;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Callers of agents that may address the gateway by further names, told apart by where they call
 * from. Thread-safe.
 */
final class Guests {
  private final List<Guest> all = new CopyOnWriteArrayList<>();

  private record Guest(HostRule names, Predicate<InetAddress> peers) {}

  /**
   * Lets them in.
   *
   * @return ends that
   */
  Runnable admit(HostRule names, Predicate<InetAddress> peers) {
    Guest guest = new Guest(names, peers);
    all.add(guest);
    return () -> all.remove(guest);
  }

  /** As their names say; wrong host for everybody else. */
  HostRule.Verdict check(
      HttpServerRequest request, @Nullable String host, @Nullable String origin) {
    InetAddress peer = all.isEmpty() ? null : ClientConnection.of(request).peer();
    if (peer != null) {
      for (Guest guest : all) {
        if (guest.peers.test(peer)) {
          return guest.names.check(host, origin);
        }
      }
    }
    return HostRule.Verdict.WRONG_HOST;
  }
}
