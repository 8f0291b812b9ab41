package dev.nexusdelta.exchange;

import dev.nexusdelta.exchange.Upstreams.Upstream;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.PoolOptions;
import java.net.ConnectException;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * {@link Exchange} on Vert.x's HTTP client, used connection by connection: which of them is kept,
 * and whether a failure came before or after the head was sent, is known here and not guessed.
 */
public final class HttpClientExchange implements Exchange {
  private static final int MAX_HEADERS = 32 * 1024;

  private final Vertx vertx;
  private final Context context;
  private final HttpClientAgent client;
  private final Upstreams upstreams;
  private final long sweeper;

  /** Made on the event loop that it belongs to. */
  public HttpClientExchange(Vertx vertx, LongSupplier nanos, Duration connectTimeout) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    HttpClientOptions options =
        new HttpClientOptions()
            .setConnectTimeout((int) connectTimeout.toMillis())
            .setMaxHeaderSize(MAX_HEADERS)
            .setDecompressionSupported(false)
            .setTcpNoDelay(true)
            .setKeepAlive(true);
    this.client = vertx.createHttpClient(options, new PoolOptions().setCleanerPeriod(0));
    this.upstreams = new Upstreams(nanos);
    this.sweeper = vertx.setPeriodic(1000, id -> upstreams.sweep());
  }

  @Override
  public Attempt begin(Target target, Outgoing outgoing) {
    HttpClientAttempt attempt = new HttpClientAttempt(context, outgoing, upstreams);
    next(attempt, target);
    return attempt;
  }

  @Override
  public void close() {
    vertx.cancelTimer(sweeper);
    upstreams.close();
    client.close();
  }

  /** A kept connection that turns out dead before the head is sent costs nothing: the next one. */
  private void next(HttpClientAttempt attempt, Target target) {
    Upstream kept = upstreams.take(target.replica());
    if (kept != null) {
      attempt.send(kept, dead -> next(attempt, target));
      return;
    }
    connect(target)
        .onComplete(
            connected -> {
              if (connected.failed()) {
                attempt.notSent(reasonOf(connected.cause()), connected.cause());
                return;
              }
              Upstream upstream = upstreams.add(connected.result(), target.replica());
              if (attempt.isCancelled()) {
                upstreams.give(upstream);
              } else {
                attempt.send(upstream, dead -> attempt.notSent("unreachable", dead));
              }
            });
  }

  private Future<HttpClientConnection> connect(Target target) {
    return client.connect(
        new HttpConnectOptions()
            .setServer(target.address())
            .setHost(target.address().host())
            .setPort(target.address().port()));
  }

  private static String reasonOf(Throwable cause) {
    // Netty's timeout is a ConnectException too.
    if (cause instanceof io.netty.channel.ConnectTimeoutException) {
      return "connect_timeout";
    }
    return cause instanceof ConnectException ? "refused" : "unreachable";
  }
}
