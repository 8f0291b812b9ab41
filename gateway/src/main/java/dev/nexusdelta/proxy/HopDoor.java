package dev.nexusdelta.proxy;

import dev.nexusdelta.hop.Hop;
import dev.nexusdelta.hop.HopGate;
import dev.nexusdelta.hop.HopGate.Passed;
import dev.nexusdelta.hop.HopGate.Refused;
import dev.nexusdelta.telemetry.Metrics;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets calls and questions of other gateways of the cluster in. One per event loop. */
final class HopDoor {
  private static final Logger LOG = LoggerFactory.getLogger(HopDoor.class);
  private static final CharSequence MARK = HttpHeaders.createOptimized(Hop.HEADER);
  private static final CharSequence PROOF = HttpHeaders.createOptimized(Hop.PROOF);
  private static final long TOLD_EVERY_NANOS = 10_000_000_000L;

  private final Neighbours neighbours;
  private final Metrics metrics;
  private long toldNanos;
  private boolean told;

  HopDoor(Neighbours neighbours, Metrics metrics) {
    this.neighbours = neighbours;
    this.metrics = metrics;
  }

  /** Whether a request offers a proof of that; what callers say of hops without one is ignored. */
  static boolean isMarked(HttpServerRequest request) {
    return request.headers().contains(PROOF) && request.headers().contains(MARK);
  }

  /** The call, if it is one; null if it only says so, which is logged and counted. */
  @Nullable Hop accept(Arrival arrival) {
    HttpServerRequest request = arrival.request();
    // Twice is not once: whatever the second may say.
    boolean twice =
        request.headers().getAll(MARK).size() > 1 || request.headers().getAll(Hop.PROOF).size() > 1;
    HopGate.Verdict verdict =
        neighbours
            .gate()
            .check(
                twice ? "" : String.valueOf(request.getHeader(MARK)),
                request.getHeader(Hop.PROOF),
                request.method().name(),
                request.uri());
    if (verdict instanceof Passed passed) {
      return passed.hop();
    }
    refused(arrival, (Refused) verdict);
    return null;
  }

  /** Hands over a question that was accepted. */
  void ask(HttpServerRequest request) {
    request.response().putHeader(Hop.HEADER, Hop.ANSWERED);
    neighbours.questions().handle(request);
  }

  private void refused(Arrival arrival, Refused refused) {
    metrics.count("nexus_hops_refused_total", "reason", refused.reason());
    if (!told || arrival.startNanos() - toldNanos > TOLD_EVERY_NANOS) {
      told = true;
      toldNanos = arrival.startNanos();
      LOG.warn(
          "a call from {} that says it is passed on by a gateway is refused ({}): {}",
          arrival.connection().remote(),
          refused.reason(),
          refused.detail());
    }
  }
}
