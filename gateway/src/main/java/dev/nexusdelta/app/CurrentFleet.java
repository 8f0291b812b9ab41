package dev.nexusdelta.app;

import dev.nexusdelta.fleet.FleetReader;
import dev.nexusdelta.fleet.FleetView;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The fleet as the data plane reads it, whichever term of ownership it is of. Between two terms it
 * stays as it was last. Thread-safe.
 */
final class CurrentFleet implements FleetReader {
  private final List<Follower> followers = new ArrayList<>();
  private volatile FleetReader fleet;

  CurrentFleet(FleetReader first) {
    fleet = first;
  }

  /** Reads that one from now on; all who watch are told. */
  synchronized void is(FleetReader next) {
    fleet = next;
    followers.forEach(follower -> follower.follow(next));
  }

  @Override
  public FleetView view() {
    return fleet.view();
  }

  @Override
  public synchronized Watch watch(Consumer<FleetView> listener) {
    Follower follower = new Follower(Vertx.currentContext(), listener);
    followers.add(follower);
    follower.watch = fleet.watch(listener);
    return follower;
  }

  @Override
  public void demand(AgentName agent) {
    fleet.demand(agent);
  }

  /** One who watches, on the same context all the time. */
  private final class Follower implements Watch {
    private final @Nullable Context context;
    private final Consumer<FleetView> listener;
    private @Nullable Watch watch;
    private boolean closed;

    Follower(@Nullable Context context, Consumer<FleetView> listener) {
      this.context = context;
      this.listener = listener;
    }

    void follow(FleetReader next) {
      if (context == null) {
        change(next);
      } else {
        context.runOnContext(turn -> change(next));
      }
    }

    private void change(FleetReader next) {
      synchronized (CurrentFleet.this) {
        if (closed || next != fleet) {
          return;
        }
        Watch before = watch;
        watch = next.watch(listener);
        if (before != null) {
          before.close();
        }
      }
      listener.accept(next.view());
    }

    @Override
    public void close() {
      synchronized (CurrentFleet.this) {
        closed = true;
        followers.remove(this);
        if (watch != null) {
          watch.close();
        }
      }
    }
  }
}
