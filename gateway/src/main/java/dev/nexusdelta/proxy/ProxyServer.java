package dev.nexusdelta.proxy;

import dev.nexusdelta.access.HostRule;
import dev.nexusdelta.fleet.FleetReader;
import dev.nexusdelta.load.AgentLoad;
import dev.nexusdelta.telemetry.AccessLog;
import dev.nexusdelta.telemetry.Metrics;
import dev.nexusdelta.telemetry.PrometheusMetrics;
import dev.nexusdelta.tls.PemFiles;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway's listener: the data plane on as many event loops as the settings say, and everything
 * else handed to the control plane. Thread-safe.
 */
public final class ProxyServer {
  private static final Logger LOG = LoggerFactory.getLogger(ProxyServer.class);

  /** Connections of operators at once. */
  private static final int OPERATORS = 256;

  private final Vertx vertx;
  private final ProxySettings settings;
  private final PrometheusMetrics metrics;
  private final ProxyVerticle.Parts parts;
  private final HostRule hosts;
  private final Handler<HttpServerRequest> controlPlane;
  private final Guests guests = new Guests();
  private final Lanes lanes = new Lanes();
  private final LoadTakes loads = new LoadTakes(lanes);
  private final List<ProxyVerticle> verticles = new CopyOnWriteArrayList<>();
  private final List<ProxyVerticle> operators = new CopyOnWriteArrayList<>();
  private final List<String> deployments = new CopyOnWriteArrayList<>();
  private volatile boolean beside;
  private @Nullable Future<Void> closing;
  private volatile @Nullable FrontCertificate certificate;

  /**
   * A server that does not listen yet.
   *
   * @param hosts whom calls without a key may address
   * @param keys by what callers are known
   * @param controlPlane takes every request outside {@code /agents…}, on the event loop that it
   *     came on
   * @param nanos monotonic clock
   * @param random for ids; used by several threads
   * @param neighbours pass calls on and ask; empty when alone
   */
  public ProxyServer(
      Vertx vertx,
      ProxySettings settings,
      FleetReader fleet,
      PrometheusMetrics metrics,
      AccessLog access,
      CallMemory memory,
      HostRule hosts,
      CallerKeys keys,
      Handler<HttpServerRequest> controlPlane,
      LongSupplier nanos,
      InstantSource clock,
      RandomGenerator random,
      Optional<Neighbours> neighbours) {
    this.vertx = vertx;
    this.settings = settings;
    this.metrics = metrics;
    this.hosts = hosts;
    this.controlPlane = controlPlane;
    this.parts =
        new ProxyVerticle.Parts(
            lanes, fleet, metrics, access, memory, keys, nanos, clock, random, neighbours);
    lanes.publish(metrics);
    metrics.gauge(
        "nexus_access_log_dropped",
        "Lines of the access log that were lost",
        () -> List.of(new Metrics.Sample(access.dropped(), List.of())));
  }

  /**
   * Listens.
   *
   * @return the port; fails if it is taken
   */
  public Future<Integer> listen() {
    return free(settings.host(), settings.port()).compose(free -> open());
  }

  /**
   * Listens although another process of this user does, which will leave: here and on further
   * addresses.
   */
  public Future<Integer> listenBeside() {
    beside = true;
    return open();
  }

  /** A port that can be shared looks free to everybody who may share it: asked for it alone. */
  private Future<Void> free(String host, int port) {
    if (beside || port == 0) {
      return Future.succeededFuture();
    }
    try (ServerSocket alone = new ServerSocket(port, 1, InetAddress.getByName(host))) {
      return Future.succeededFuture();
    } catch (IOException taken) {
      return Future.failedFuture(taken);
    }
  }

  private Future<Integer> open() {
    int port = port(settings.port());
    Door front = Door.front(settings.host(), port, hosts, guests, controlPlane);
    Future<String> all = Future.succeededFuture("");
    for (int i = 0; i < settings.loops(); i++) {
      all =
          all.compose(
              before -> {
                ProxyVerticle verticle = new ProxyVerticle(vertx, settings, front, parts);
                verticles.add(verticle);
                return vertx.deployVerticle(verticle).onSuccess(deployments::add);
              });
    }
    return all.map(
        done -> {
          int actual = verticles.get(0).actualPort();
          PemFiles.Good loaded = settings.tls();
          if (loaded != null) {
            certificate = new FrontCertificate(vertx, loaded, List.copyOf(verticles), metrics);
          }
          LOG.info(
              "listening on {}:{} with {} event loops", settings.host(), actual, settings.loops());
          return actual;
        });
  }

  /** A negative number is a free port shared by all that give the same number. */
  private int port(int wished) {
    return wished > 0 ? wished : -1 - parts.random().nextInt(1 << 20);
  }

  /**
   * Listens on a further address, for agents that cannot reach the first one: calls of agents and
   * nothing else, addressed by that address or as {@code nexus}, from these peers only. Drained and
   * closed with the server, if not before.
   *
   * @param port 0 = any free one
   * @param peers connections of others are closed unread
   * @return fails if the address is not this machine's or the port is taken
   */
  public Future<SideDoor> alsoListen(String host, int port, Predicate<InetAddress> peers) {
    return further(Door.aside(host, port(port), peers), port, "agents may also call");
  }

  /** The same for what other gateways pass on and ask, and nothing else. */
  public Future<SideDoor> hearGateways(String host, int port) {
    return further(Door.gateways(host, port(port)), port, "other gateways pass calls on to");
  }

  private Future<SideDoor> further(Door door, int port, String purpose) {
    ProxyVerticle verticle = new ProxyVerticle(vertx, settings, door, parts);
    return free(door.host(), port)
        .compose(free -> vertx.deployVerticle(verticle))
        .map(
            deployment -> {
              verticles.add(verticle);
              deployments.add(deployment);
              LOG.info("{} {}:{}", purpose, door.host(), verticle.actualPort());
              return new OpenDoor(
                  verticle::actualPort,
                  () -> {
                    verticles.remove(verticle);
                    return deployments.remove(deployment)
                        ? vertx.undeploy(deployment)
                        : Future.succeededFuture();
                  });
            });
  }

  /**
   * Takes calls of agents from these peers too when they are addressed by that address or as {@code
   * nexus}, for a server that listens on all addresses and so on that one already.
   */
  public SideDoor alsoServe(String host, Predicate<InetAddress> peers) {
    Runnable end = guests.admit(Door.names(host), peers);
    LOG.info("agents may also call {}:{}", host, verticles.get(0).actualPort());
    return new OpenDoor(
        () -> verticles.get(0).actualPort(),
        () -> {
          end.run();
          return Future.succeededFuture();
        });
  }

  /**
   * Listens on an address for operators: the control plane and no agent, on event loops of its own,
   * so that it answers while those of calls are drowned. It is not drained with the server: whoever
   * opens it closes it.
   *
   * @param on other event loops
   * @param port one that nobody has, or that a gateway has that will leave; 0 = any free one
   */
  public Future<SideDoor> administer(
      Vertx on, String host, int port, Handler<HttpServerRequest> control) {
    ProxySettings own = ProxySettings.of(host, Math.max(0, port), 1).atMost(OPERATORS);
    ProxyVerticle verticle =
        new ProxyVerticle(
            on, own, Door.admin(host, port(port), hosts, control), parts.with(new Lanes()));
    return free(host, Math.max(0, port))
        .compose(free -> on.deployVerticle(verticle))
        .map(
            deployment -> {
              operators.add(verticle);
              LOG.info("admin API, probes and metrics on {}:{}", host, verticle.actualPort());
              return new OpenDoor(
                  verticle::actualPort,
                  () -> {
                    operators.remove(verticle);
                    return on.deploymentIDs().contains(deployment)
                        ? on.undeploy(deployment)
                        : Future.succeededFuture();
                  });
            });
  }

  /** A further address that is listened on. Thread-safe. */
  public interface SideDoor {
    /** The port listened on. */
    int port();

    /** Ends this address alone, with the calls that came in there; may be repeated. */
    Future<Void> close();
  }

  /**
   * Memory is short, or not any more; from any thread.
   *
   * @param part of new calls that is refused, from 0 to 1
   */
  public void memoryPressure(double part) {
    lanes.memoryPressure(part);
  }

  /** Refuses new calls and connections from now on; calls in flight go on. */
  public void drain() {
    lanes.drain();
    verticles.forEach(ProxyVerticle::stopAccepting);
  }

  /**
   * A successor listens on the same port: whatever still comes here is served, and each connection
   * ends with its next answer. Nothing is refused.
   *
   * @return completes when every event loop knows
   */
  public Future<Void> leave() {
    return Future.join(everybody().map(ProxyVerticle::leave).toList()).mapEmpty();
  }

  /** Accepts no more connections, nor those of operators; those there are go on. */
  public void closeDoors() {
    everybody().forEach(ProxyVerticle::stopAccepting);
  }

  /** Connections that are open. */
  public int connections() {
    return everybody().mapToInt(ProxyVerticle::open).sum();
  }

  /** Calls in flight. */
  public int calls() {
    return lanes.all().stream().mapToInt(Lane::inFlight).sum();
  }

  private Stream<ProxyVerticle> everybody() {
    return Stream.concat(verticles.stream(), operators.stream());
  }

  /**
   * What was counted of each agent's calls since the last take that succeeded, by lower-case name;
   * agents without any are left out. Fails if an event loop does not answer within a second.
   */
  public Future<Map<String, AgentLoad>> takeLoad() {
    return loads.take();
  }

  /**
   * Ends: refuses new calls, waits for those in flight, then closes all connections. Only the first
   * call counts; later ones share its end.
   *
   * @param atMost how long to wait
   */
  public synchronized Future<Void> close(Duration atMost) {
    Future<Void> running = closing;
    if (running == null) {
      running = end(atMost);
      closing = running;
    }
    return running;
  }

  private Future<Void> end(Duration atMost) {
    FrontCertificate current = certificate;
    if (current != null) {
      current.close();
    }
    drain();
    Promise<Void> waited = Promise.promise();
    long timer = vertx.setTimer(Math.max(1, atMost.toMillis()), id -> waited.tryComplete());
    Future.all(lanes.all().stream().map(Lane::drain).toList())
        .onComplete(drained -> waited.tryComplete());
    return waited
        .future()
        .compose(
            over -> {
              vertx.cancelTimer(timer);
              return Future.join(deployments.stream().map(vertx::undeploy).toList()).mapEmpty();
            });
  }
}
