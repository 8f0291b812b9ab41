package dev.nexusdelta.app;

import dev.nexusdelta.keyed.ClaimStore;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Forgets keyed calls of yesterday, a bounded number at a time. */
final class ClaimSweep implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClaimSweep.class);
  private static final long PERIOD_MILLIS = 10_000;

  private final Vertx vertx;
  private final long timer;

  private ClaimSweep(Vertx vertx, long timer) {
    this.vertx = vertx;
    this.timer = timer;
  }

  /** Sweeps from now on. */
  static ClaimSweep start(Vertx vertx, ClaimStore claims, InstantSource clock) {
    return new ClaimSweep(vertx, vertx.setPeriodic(PERIOD_MILLIS, tick -> sweep(claims, clock)));
  }

  @Override
  public void close() {
    vertx.cancelTimer(timer);
  }

  private static void sweep(ClaimStore claims, InstantSource clock) {
    claims
        .sweep(clock.millis())
        .onFailure(e -> LOG.warn("old keyed calls are not forgotten: {}", e.toString()))
        .onSuccess(
            more -> {
              if (more > 0) {
                sweep(claims, clock);
              }
            });
  }
}
