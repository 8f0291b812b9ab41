package dev.nexusdelta.proxy;

import dev.nexusdelta.telemetry.Metrics;
import dev.nexusdelta.tls.CertificateWatch;
import dev.nexusdelta.tls.PemFiles;
import dev.nexusdelta.tls.PemPair;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;

/** What the front door shows to callers: the certificate on disk, as it changes. Thread-safe. */
final class FrontCertificate implements AutoCloseable {
  private static final long LOOK_MILLIS = 2000;

  private final CertificateWatch watch;
  private volatile PemPair inUse;

  /** Follows the files of what the loops behind that door were loaded with. */
  FrontCertificate(Vertx vertx, PemFiles.Good loaded, List<ProxyVerticle> front, Metrics metrics) {
    inUse = loaded.pair();
    metrics.gauge(
        "nexus_tls_certificate_expiry_timestamp_seconds",
        "When the certificate in use ends",
        () -> List.of(new Metrics.Sample(expirySeconds(), List.of())));
    watch =
        new CertificateWatch(
            vertx,
            loaded,
            LOOK_MILLIS,
            pair ->
                Future.join(front.stream().map(each -> each.encrypt(pair)).toList())
                    .onSuccess(all -> inUse = pair),
            good -> metrics.count("nexus_tls_reloads_total", "result", good ? "ok" : "failed"));
  }

  private double expirySeconds() {
    return inUse.leaf().getNotAfter().getTime() / 1000.0;
  }

  @Override
  public void close() {
    watch.close();
  }
}
