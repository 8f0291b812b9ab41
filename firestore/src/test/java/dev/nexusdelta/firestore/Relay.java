package dev.nexusdelta.firestore;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Passes bytes on to a port, or swallows them silently as a broken network does. */
final class Relay implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final Set<NetSocket> open = ConcurrentHashMap.newKeySet();
  private final NetServer server;
  private volatile boolean swallows;

  Relay(int target) {
    NetClient client = vertx.createNetClient();
    server =
        vertx
            .createNetServer()
            .connectHandler(
                caller -> {
                  caller.pause();
                  client
                      .connect(target, "127.0.0.1")
                      .onSuccess(
                          other -> {
                            pass(caller, other);
                            pass(other, caller);
                            caller.resume();
                          })
                      .onFailure(refused -> caller.close());
                });
    server.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().join();
  }

  private void pass(NetSocket from, NetSocket to) {
    open.add(from);
    from.handler(
        bytes -> {
          if (!swallows) {
            to.write(bytes);
          }
        });
    from.closeHandler(
        closed -> {
          open.remove(from);
          to.close();
        });
  }

  String address() {
    return "127.0.0.1:" + server.actualPort();
  }

  void swallow() {
    swallows = true;
  }

  /** What was swallowed is missing: those connections are of no use any more. */
  void mend() {
    open.forEach(NetSocket::close);
    swallows = false;
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
