package dev.nexusdelta.proxy;

import io.vertx.core.http.HttpServerRequest;

/**
 * A request that has just come, before anything of it was judged.
 *
 * @param startNanos when its head arrived, monotonic
 * @param startMillis the same on the wall clock
 */
record Arrival(
    HttpServerRequest request,
    ClientConnection connection,
    String requestId,
    long startNanos,
    long startMillis) {}
