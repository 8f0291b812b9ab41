package dev.nexusdelta.proxy;

import dev.nexusdelta.exchange.SocketExchange;
import dev.nexusdelta.exchange.SureClose;
import dev.nexusdelta.fleet.FleetReader;
import dev.nexusdelta.telemetry.AccessLog;
import dev.nexusdelta.telemetry.CallMetrics;
import dev.nexusdelta.telemetry.PrometheusMetrics;
import dev.nexusdelta.tls.PemFiles;
import dev.nexusdelta.tls.PemPair;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.InstantSource;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The data plane on one event loop: its listener, its callers' connections and its {@link Lane}.
 */
final class ProxyVerticle implements Deployable {
  private static final long SWEEP_MILLIS = 5000;

  /** No longer than the gateway takes to leave. */
  private static final long FAREWELL_SECONDS = 35;

  private final Vertx vertx;
  private final ProxySettings settings;
  private final Door door;
  private final Parts parts;
  private final HttpServerOptions options;
  private final Callers callers;
  private @Nullable Lane lane;
  private @Nullable Context context;
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
      CallMemory memory,
      CallerKeys keys,
      LongSupplier nanos,
      InstantSource clock,
      RandomGenerator random,
      Optional<Neighbours> neighbours) {
    /** The same, counted elsewhere. */
    Parts with(Lanes others) {
      return new Parts(
          others, fleet, metrics, access, memory, keys, nanos, clock, random, neighbours);
    }
  }

  /** One loop behind that door. */
  ProxyVerticle(Vertx vertx, ProxySettings settings, Door door, Parts parts) {
    this.vertx = vertx;
    this.settings = settings;
    this.door = door;
    this.parts = parts;
    PemFiles.Good tls = door.isEncrypted() ? settings.tls() : null;
    this.options = ServerOptions.of(tls == null ? null : tls.pair());
    this.callers = new Callers(settings);
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
            new SocketExchange(vertx, parts.nanos(), settings.connectTimeout()),
            metrics,
            new CallLog(metrics, parts.access(), settings.trusted(), parts.nanos()),
            parts.memory(),
            // Told apart, not secret: a shared cryptographic source costs a lock and a read for
            // each.
            new TraceIds(new SplittableRandom(parts.random().nextLong())),
            parts.nanos(),
            new SplittableRandom(parts.random().nextLong()),
            parts
                .neighbours()
                .map(them -> them.gate().signer(parts.random().nextLong()))
                .orElse(null));
    lane = own;
    parts.lanes().add(own);
    HopDoor hops =
        parts
            .neighbours()
            .filter(them -> door.gateways())
            .map(them -> new HopDoor(them, parts.metrics()))
            .orElse(null);
    RequestHandler requests =
        new RequestHandler(own, parts.lanes(), door, parts.keys(), parts.clock(), hops);
    HttpServer made = vertx.createHttpServer(options);
    server = made;
    sweeper = vertx.setPeriodic(sweepMillis(), id -> sweep());
    return made.connectionHandler(this::connected)
        .requestHandler(requests)
        .invalidRequestHandler(requests::invalid)
        .listen(door.port(), door.host())
        .onFailure(taken -> close(own));
  }

  private void sweep() {
    parts.metrics().tick();
    callers.check(parts.nanos().getAsLong());
  }

  /** Often enough for the shortest limit. */
  private long sweepMillis() {
    long shortest = Math.min(settings.idle().toMillis(), settings.body().toMillis());
    return Math.max(1, Math.min(SWEEP_MILLIS, shortest / 2));
  }

  /** From now on shows new callers that certificate; those there are go on. */
  Future<?> encrypt(PemPair pair) {
    HttpServer current = server;
    return current == null
        ? Future.succeededFuture()
        : current.updateSSLOptions(ServerOptions.encryption(pair), true);
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
          callers.farewell(FAREWELL_SECONDS);
          told.complete();
        });
    return told.future();
  }

  /** Callers' connections that are open; for any thread. */
  int open() {
    return callers.size();
  }

  @Override
  public Future<?> undeploy(Context context) {
    Lane own = lane;
    HttpServer current = server;
    if (own == null || current == null) {
      return Future.succeededFuture();
    }
    callers.cutOff();
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
    if (!door.admits(ClientConnection.peer(channel))) {
      channel.close();
      return;
    }
    long now = parts.nanos().getAsLong();
    if (callers.isFull() && !callers.makeRoom(now)) {
      channel.close();
      return;
    }
    ClientConnection client = caller(connection, now);
    callers.add(client);
    SureClose.watch(channel);
    if (leaving) {
      client.farewell(FAREWELL_SECONDS);
    }
  }

  private ClientConnection caller(HttpConnection connection, long now) {
    boolean trusted = settings.trusted().contains(ClientConnection.peer(channel(connection)));
    if (channel(connection).pipeline().get(Http2ConnectionHandler.class) != null) {
      Http2Caller caller = new Http2Caller(connection, trusted, now);
      connection.closeHandler(closed -> callers.remove(caller));
      return caller;
    }
    Http1Caller caller = new Http1Caller(connection, trusted, now);
    connection.closeHandler(closed -> callers.remove(caller));
    caller.readStrictly(new StrictRequestDecoder(options, caller, settings.head()));
    return caller;
  }

  private static Channel channel(HttpConnection connection) {
    return ((ConnectionBase) connection).channel();
  }
}
