package dev.nexusdelta.app;

import dev.nexusdelta.load.LoadChannel;
import dev.nexusdelta.load.LoadReport;
import io.vertx.core.Future;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The channel of a gateway that is alone. Thread-safe. */
final class OwnLoads implements LoadChannel {
  private final List<Consumer<LoadReport>> listeners = new CopyOnWriteArrayList<>();

  @Override
  public Future<Void> send(LoadReport report) {
    listeners.forEach(listener -> listener.accept(report));
    return Future.succeededFuture();
  }

  @Override
  public void receive(Consumer<LoadReport> reports, Consumer<Set<String>> present) {
    listeners.add(reports);
  }
}
