package dev.nexusdelta.app;

import dev.nexusdelta.keys.KeyStore;
import dev.nexusdelta.keys.KeyUses;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts down from time to time, and at the end, when keys were used. Thread-safe. */
final class KeyUseWrites {
  private static final Logger log = LoggerFactory.getLogger(KeyUseWrites.class);

  /** Between two writes. */
  static final Duration USUAL = Duration.ofMinutes(1);

  private static final long LAST_SECONDS = 2;

  private final Vertx vertx;
  private final KeyStore keys;
  private final KeyUses uses;
  private final long timer;

  private KeyUseWrites(Vertx vertx, KeyStore keys, KeyUses uses, Duration period) {
    this.vertx = vertx;
    this.keys = keys;
    this.uses = uses;
    this.timer = vertx.setPeriodic(period.toMillis(), tick -> write());
  }

  /** Writes from now on; to be ended before the store. */
  static void start(Vertx vertx, KeyStore keys, KeyUses uses, Duration period, Closing closing) {
    KeyUseWrites writes = new KeyUseWrites(vertx, keys, uses, period);
    closing.add("last uses of keys", writes::end);
  }

  /** What is not written, as no majority is there, is tried again. */
  private Future<Void> write() {
    Map<String, Instant> changed = uses.takeChanged();
    return changed.isEmpty()
        ? Future.succeededFuture()
        : keys.used(changed)
            .onFailure(
                e -> {
                  uses.giveBack(changed);
                  log.info("when keys were used is not put down yet: {}", e.getMessage());
                });
  }

  private Future<Void> end() {
    vertx.cancelTimer(timer);
    // Without a majority it is lost, which is no fault of the end.
    return write().timeout(LAST_SECONDS, TimeUnit.SECONDS).otherwiseEmpty();
  }
}
