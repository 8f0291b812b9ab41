package dev.nexusdelta.proxy;

import dev.nexusdelta.hop.HopGate;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;

/**
 * The other gateways of the cluster, as they come in here.
 *
 * @param gate tells them from any others
 * @param questions takes what they ask outside {@code /agents…}, after the gate has let it in, on
 *     the event loop that it came on
 */
public record Neighbours(HopGate gate, Handler<HttpServerRequest> questions) {}
