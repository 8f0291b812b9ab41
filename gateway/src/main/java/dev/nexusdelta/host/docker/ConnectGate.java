package dev.nexusdelta.host.docker;

import dev.nexusdelta.host.supervision.Actor;
import dev.nexusdelta.host.supervision.StartGate;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Lets only so many replicas be on their way from create to listening at once: a hundred JVMs
 * started in the same moment all become slow, one after another they are quick. Who listens is
 * found out by connecting; one that does not within 3 s gives its place up without harm. For the
 * supervisor's context only.
 */
final class ConnectGate implements StartGate {
  private static final Duration LOOK = Duration.ofMillis(50);
  private static final long LONGEST = Duration.ofSeconds(3).toNanos();
  private static final int CONNECT_MILLIS = 500;

  private final Actor actor;
  private final NetClient client;
  private final int places;
  private final LongSupplier nanos;
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private final Map<String, Long> taken = new HashMap<>();

  ConnectGate(Actor actor, Vertx vertx, int places, LongSupplier nanos) {
    this.actor = actor;
    this.client = vertx.createNetClient(new NetClientOptions().setConnectTimeout(CONNECT_MILLIS));
    this.places = places;
    this.nanos = nanos;
  }

  @Override
  public void enter(String replica, Runnable start) {
    waiting.add(
        () -> {
          taken.put(replica, nanos.getAsLong());
          start.run();
        });
    admit();
  }

  @Override
  public void started(String replica, String address, int port) {
    if (taken.containsKey(replica)) {
      taken.put(replica, nanos.getAsLong());
      look(replica, address, port);
    }
  }

  @Override
  public void leave(String replica) {
    if (taken.remove(replica) != null) {
      admit();
    }
  }

  void close() {
    waiting.clear();
    client.close();
  }

  private void admit() {
    while (taken.size() < places && !waiting.isEmpty()) {
      waiting.remove().run();
    }
  }

  private void look(String replica, String address, int port) {
    Long since = taken.get(replica);
    if (since == null || actor.isClosed()) {
      return;
    }
    if (nanos.getAsLong() - since > LONGEST) {
      leave(replica);
      return;
    }
    client
        .connect(port, address)
        .onSuccess(
            socket -> {
              socket.close();
              actor.run(() -> leave(replica));
            })
        .onFailure(e -> actor.run(() -> actor.after(LOOK, () -> look(replica, address, port))));
  }
}
