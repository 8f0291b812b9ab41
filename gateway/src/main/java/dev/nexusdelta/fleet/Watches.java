package dev.nexusdelta.fleet;

import io.vertx.core.Context;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Those who want each new view, each on its own context. One that is slow gets the newest view and
 * skips those between. Thread-safe.
 */
final class Watches {
  private static final Logger LOG = LoggerFactory.getLogger(Watches.class);

  private final Supplier<FleetView> view;
  private final List<One> all = new CopyOnWriteArrayList<>();

  Watches(Supplier<FleetView> view) {
    this.view = view;
  }

  FleetReader.Watch add(Context context, Consumer<FleetView> listener) {
    One one = new One(context, listener);
    all.add(one);
    return one;
  }

  void published() {
    all.forEach(One::published);
  }

  private final class One implements FleetReader.Watch {
    private final Context context;
    private final Consumer<FleetView> listener;
    private final AtomicBoolean queued = new AtomicBoolean();

    One(Context context, Consumer<FleetView> listener) {
      this.context = context;
      this.listener = listener;
    }

    void published() {
      if (queued.compareAndSet(false, true)) {
        context.runOnContext(turn -> tell());
      }
    }

    private void tell() {
      queued.set(false);
      if (!all.contains(this)) {
        return;
      }
      try {
        listener.accept(view.get());
      } catch (RuntimeException e) {
        LOG.warn("a watcher of the fleet failed; it goes on watching", e);
      }
    }

    @Override
    public void close() {
      all.remove(this);
    }
  }
}
