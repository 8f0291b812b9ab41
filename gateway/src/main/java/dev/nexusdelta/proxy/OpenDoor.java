package dev.nexusdelta.proxy;

import io.vertx.core.Future;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * A further address, as it was opened.
 *
 * @param at tells its port
 * @param end ends it; may be repeated
 */
record OpenDoor(IntSupplier at, Supplier<Future<Void>> end) implements ProxyServer.SideDoor {
  @Override
  public int port() {
    return at.getAsInt();
  }

  @Override
  public Future<Void> close() {
    return end.get();
  }
}
