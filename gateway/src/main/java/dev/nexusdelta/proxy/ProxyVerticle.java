package dev.nexusdelta.proxy;

import dev.nexusdelta.exchange.HttpClientExchange;
import dev.nexusdelta.fleet.FleetReader;
import dev.nexusdelta.telemetry.AccessLog;
import dev.nexusdelta.telemetry.CallMetrics;
import dev.nexusdelta.telemetry.PrometheusMetrics;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.impl.ConnectionBase;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The data plane on one event loop: its listener, its callers' connections and its {@link Lane}.
 */
final class ProxyVerticle implements Deployable {
  private static final long SWEEP_MILLIS = 5000;

  /** No longer than the gateway takes to leave. */
  private static final long FAREWELL_SECONDS = 8;

  private final Vertx vertx;
  private final ProxySettings settings;
  private final Door door;
  private final Parts parts;
  private final HttpServerOptions options = options();
  private final Set<ClientConnection> connections = new HashSet<>();
  private @Nullable Lane lane;
  private @Nullable Context context;
  private volatile int open;
  private boolean leaving;
  private volatile @Nullable HttpServer server;
  private volatile @Nullable Channel listener;
  private long sweeper;

  /** What all event loops are given. */
  record Parts(
      Lanes lanes,
      FleetReader fleet,
      PrometheusMetrics metrics,
      AccessLog access,
      LongSupplier nanos,
      InstantSource clock,
      RandomGenerator random) {
    /** The same, counted elsewhere. */
    Parts with(Lanes others) {
      return new Parts(others, fleet, metrics, access, nanos, clock, random);
    }
  }

  /** One loop behind that door. */
  ProxyVerticle(Vertx vertx, ProxySettings settings, Door door, Parts parts) {
    this.vertx = vertx;
    this.settings = settings;
    this.door = door;
    this.parts = parts;
  }

  /** The port listened on; 0 before. */
  int actualPort() {
    HttpServer current = server;
    return current == null ? 0 : current.actualPort();
  }

  @Override
  public Future<?> deploy(Context context) {
    this.context = context;
    CallMetrics metrics = parts.metrics().calls();
    Lane own =
        new Lane(
            vertx,
            parts.lanes(),
            parts.fleet(),
            new HttpClientExchange(vertx, parts.nanos(), settings.connectTimeout()),
            metrics,
            new CallLog(metrics, parts.access(), parts.nanos()),
            new TraceIds(parts.random()),
            parts.nanos());
    lane = own;
    parts.lanes().add(own);
    RequestHandler requests = new RequestHandler(own, parts.lanes(), door, parts.clock());
    HttpServer made = vertx.createHttpServer(options);
    server = made;
    sweeper = vertx.setPeriodic(SWEEP_MILLIS, id -> sweep());
    return made.connectionHandler(this::connected)
        .requestHandler(requests)
        .invalidRequestHandler(requests::invalid)
        .listen(door.port(), door.host())
        .onFailure(taken -> close(own));
  }

  /** Accepts no more connections; those there are stay. */
  void stopAccepting() {
    Channel current = listener;
    if (current != null) {
      current.close();
    }
  }

  /** What comes is still served, and each connection ends with its next answer. */
  Future<Void> leave() {
    Context own = context;
    if (own == null) {
      return Future.succeededFuture();
    }
    Promise<Void> told = Promise.promise();
    own.runOnContext(
        turn -> {
          leaving = true;
          connections.forEach(connection -> connection.farewell(FAREWELL_SECONDS));
          told.complete();
        });
    return told.future();
  }

  /** Callers' connections that are open; for any thread. */
  int open() {
    return open;
  }

  @Override
  public Future<?> undeploy(Context context) {
    Lane own = lane;
    HttpServer current = server;
    if (own == null || current == null) {
      return Future.succeededFuture();
    }
    new ArrayList<>(connections).forEach(ClientConnection::cutOff);
    return current.close().onComplete(done -> close(own));
  }

  private void close(Lane own) {
    vertx.cancelTimer(sweeper);
    parts.lanes().remove(own);
    own.close();
  }

  private void connected(HttpConnection connection) {
    Channel channel = ((ConnectionBase) connection).channel();
    listener = channel.parent();
    if (!door.admits(
        channel.remoteAddress() instanceof InetSocketAddress peer ? peer.getAddress() : null)) {
      channel.close();
      return;
    }
    if (connections.size() >= settings.connections() / settings.loops()) {
      connection.close();
      return;
    }
    ClientConnection client = new ClientConnection(connection, parts.nanos().getAsLong());
    connections.add(client);
    open = connections.size();
    connection.closeHandler(
        closed -> {
          connections.remove(client);
          open = connections.size();
        });
    // A caller may end its own side and still wait for the answer.
    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    channel
        .pipeline()
        .replace(
            "httpDecoder",
            "httpDecoder",
            new StrictRequestDecoder(options, client, settings.head()));
    if (leaving) {
      client.farewell(FAREWELL_SECONDS);
    }
  }

  private void sweep() {
    long now = parts.nanos().getAsLong();
    long idle = settings.idle().toNanos();
    for (ClientConnection connection : new ArrayList<>(connections)) {
      if (connection.isIdle(now, idle)) {
        connection.close();
      }
    }
  }

  private static HttpServerOptions options() {
    return new HttpServerOptions()
        .setHttp2ClearTextEnabled(false)
        .setMaxInitialLineLength(8 * 1024)
        .setMaxHeaderSize(16 * 1024)
        .setMaxChunkSize(16 * 1024)
        .setDecoderInitialBufferSize(256)
        .setPerFrameWebSocketCompressionSupported(false)
        .setPerMessageWebSocketCompressionSupported(false)
        .setTcpNoDelay(true)
        // A successor listens beside this gateway before this one leaves.
        .setReusePort(true)
        .setAcceptBacklog(1024);
  }
}
