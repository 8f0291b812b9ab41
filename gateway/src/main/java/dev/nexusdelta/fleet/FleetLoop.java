package dev.nexusdelta.fleet;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one context on which the fleet's state is written. Everything from outside is posted here;
 * agents that changed are gathered and looked at once per turn, so that a burst of events costs one
 * decision and one view.
 */
final class FleetLoop {
  private static final Logger LOG = LoggerFactory.getLogger(FleetLoop.class);
  private static final long NONE = -1;

  private final Vertx vertx;
  private final Context context;
  private final LongSupplier nanos;
  private final Consumer<List<LiveAgent>> lookAt;
  private final Set<LiveAgent> changed = new LinkedHashSet<>();
  private boolean queued;
  private volatile boolean closed;

  /**
   * Takes the caller's context, or a new one.
   *
   * @param lookAt gets the agents that have changed
   */
  FleetLoop(Vertx vertx, LongSupplier nanos, Consumer<List<LiveAgent>> lookAt) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.nanos = nanos;
    this.lookAt = lookAt;
  }

  Context context() {
    return context;
  }

  long now() {
    return nanos.getAsLong();
  }

  /** Runs later on the context, never within the caller's turn; from any thread. */
  void post(Runnable work) {
    context.runOnContext(turn -> run(work));
  }

  /** Runs after a while on the context; returns what {@link #cancel} takes. Call it there. */
  long after(Duration delay, Runnable work) {
    return closed ? NONE : vertx.setTimer(Math.max(1, delay.toMillis()), timer -> run(work));
  }

  void cancel(long timer) {
    if (timer != NONE) {
      vertx.cancelTimer(timer);
    }
  }

  /** This agent is to be looked at by the end of this turn. Call it on the context. */
  void changed(LiveAgent agent) {
    changed.add(agent);
    if (!queued) {
      queued = true;
      post(this::look);
    }
  }

  private void look() {
    queued = false;
    List<LiveAgent> agents = List.copyOf(changed);
    changed.clear();
    lookAt.accept(agents);
  }

  private void run(Runnable work) {
    if (closed) {
      return;
    }
    try {
      work.run();
    } catch (RuntimeException e) {
      // One agent's trouble must not end the turns of all others.
      LOG.error("the fleet's turn failed", e);
    }
  }

  void close() {
    closed = true;
  }
}
