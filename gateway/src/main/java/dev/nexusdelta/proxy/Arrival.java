package dev.nexusdelta.proxy;

import dev.nexusdelta.hop.Hop;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/**
 * A request that has just come, before anything of it was judged.
 *
 * @param startNanos when its head arrived, monotonic
 * @param startMillis the same on the wall clock
 * @param hop if another gateway passes it on
 * @param shown by its caller; nothing before it was asked
 */
record Arrival(
    HttpServerRequest request,
    ClientConnection connection,
    String requestId,
    long startNanos,
    long startMillis,
    @Nullable Hop hop,
    Shown shown) {

  /** The same, known to be a call that another gateway passes on. */
  Arrival passedOn(Hop by) {
    return new Arrival(request, connection, requestId, startNanos, startMillis, by, shown);
  }

  /** The same, with what its caller has shown. */
  Arrival with(Shown seen) {
    return seen == shown
        ? this
        : new Arrival(request, connection, requestId, startNanos, startMillis, hop, seen);
  }
}
