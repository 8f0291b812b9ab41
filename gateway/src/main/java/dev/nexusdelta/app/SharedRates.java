package dev.nexusdelta.app;

import dev.nexusdelta.keys.KeyRing;
import dev.nexusdelta.quota.QuotaSharing;
import dev.nexusdelta.quota.Quotas;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the gateways of a cluster share what keys with a rate may do: tells the others five times a
 * second what they should know, which is nothing while no such key is used. Closed with its term.
 */
final class SharedRates implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SharedRates.class);

  private static final String TOPIC = "rates";
  private static final long TURN_MILLIS = 200;

  /** Elections are over by then where there is a majority. */
  private static final long UNLED_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final Vertx vertx;
  private final ClusterRegistry cluster;
  private final QuotaSharing sharing;
  private final Supplier<KeyRing> ring;
  private final int size;
  private final LongSupplier nanos;
  private final long timer;
  private long ledNanos;

  private SharedRates(
      Frame frame, ClusterRegistry cluster, QuotaSharing sharing, Supplier<KeyRing> ring) {
    this.vertx = frame.loops();
    this.cluster = cluster;
    this.sharing = sharing;
    this.ring = ring;
    this.size = frame.settings().cluster().size();
    this.nanos = frame.world().nanos();
    this.ledNanos = nanos.getAsLong() - UNLED_NANOS;
    cluster.messages().receive(TOPIC, this::hear);
    timer = vertx.setPeriodic(TURN_MILLIS, tick -> turn());
  }

  /** Begins. */
  static SharedRates begin(
      Frame frame, ClusterRegistry cluster, Quotas quotas, Supplier<KeyRing> ring) {
    QuotaSharing sharing =
        new QuotaSharing(
            quotas,
            cluster.id(),
            // Room for as many beginnings as one life may have.
            frame.world().clock().millis() << 20,
            frame.world().nanos().getAsLong());
    return new SharedRates(frame, cluster, sharing, ring);
  }

  private void turn() {
    long now = nanos.getAsLong();
    Set<String> others = Set.copyOf(cluster.others());
    sharing.present(others, among(now), now);
    sharing.keys(ring.get());
    Optional<String> report = sharing.turn(now);
    report.ifPresent(
        text ->
            others.forEach(
                id ->
                    cluster
                        .messages()
                        .send(TOPIC, id, text)
                        // The next one tells all of it again.
                        .onFailure(e -> log.debug("rates are not told: {}", e.getMessage()))));
  }

  /** Without a majority others may use keys whom this gateway does not see. */
  private int among(long now) {
    if (cluster.leadership().isLed()) {
      ledNanos = now;
    }
    return now - ledNanos < UNLED_NANOS ? 1 : Math.max(size, cluster.belonging());
  }

  private Future<String> hear(String text) {
    try {
      sharing.hear(text, nanos.getAsLong());
      return Future.succeededFuture("");
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  @Override
  public void close() {
    vertx.cancelTimer(timer);
  }
}
