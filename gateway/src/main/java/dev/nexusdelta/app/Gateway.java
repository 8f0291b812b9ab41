package dev.nexusdelta.app;

import dev.nexusdelta.access.HostRule;
import dev.nexusdelta.admin.AdminToken;
import dev.nexusdelta.app.handover.Predecessor;
import dev.nexusdelta.app.handover.ReusedPort;
import dev.nexusdelta.app.handover.Successors;
import dev.nexusdelta.autoscaler.LoadReporter;
import dev.nexusdelta.calls.CallHistory;
import dev.nexusdelta.keys.KeyStore;
import dev.nexusdelta.keys.KeyUses;
import dev.nexusdelta.proxy.CallMemory;
import dev.nexusdelta.proxy.CallerKeys;
import dev.nexusdelta.proxy.Neighbours;
import dev.nexusdelta.proxy.ProxyServer;
import dev.nexusdelta.proxy.ProxySettings;
import dev.nexusdelta.quota.Quotas;
import dev.nexusdelta.telemetry.AccessLog;
import dev.nexusdelta.telemetry.PrometheusMetrics;
import dev.nexusdelta.tls.PemFiles;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole gateway: makes every part, joins them, and ends them in reverse order. Read {@link
 * #start} and {@link Term#begin} from top to bottom to see the system: here what lives as long as
 * the process, there what only one gateway of a data folder may have.
 */
final class Gateway {
  private static final Logger log = LoggerFactory.getLogger(Gateway.class);

  private static final long HEAP_LOOK_MILLIS = 1000;
  private static final long HISTORY_MILLIS = 1000;

  private static final Duration CLOSE = Duration.ofSeconds(20);

  private static final int CONTROL_LOOPS = 2;

  /** Files, the store, the cluster, the engine, operators: not for callers and their replicas. */
  private static final int KEPT_FILES = 512;

  private final Closing closing;
  private final AtomicBoolean ending = new AtomicBoolean();
  private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
  private final Frame frame;
  private final AdminDoor admin;
  private final Tenure tenure;

  /** Whether a successor serves. */
  private volatile boolean leaving;

  private Gateway(Closing closing, Frame frame, AdminDoor admin, Tenure tenure) {
    this.closing = closing;
    this.frame = frame;
    this.admin = admin;
    this.tenure = tenure;
  }

  /**
   * Starts a gateway; returns once it serves. What was started before a failure is ended again.
   *
   * @param replace whether to follow the gateway that runs on the data folder, if one does
   * @throws Exception saying what could not be had
   */
  static Gateway start(Settings settings, Surroundings world, boolean replace) throws Exception {
    Closing closing = new Closing();
    try {
      return start(settings, world, replace, closing);
    } catch (Exception e) {
      closing.close(CLOSE);
      throw e;
    }
  }

  private static Gateway start(
      Settings settings, Surroundings world, boolean replace, Closing closing) throws Exception {
    Optional<PemFiles.Good> certificate = TlsReader.load(settings);
    Optional<AdminKeyFile.Token> adminKey = AdminKeyFile.load(settings);
    Vertx vertx = EventLoops.open(settings.transport(), loops());
    closing.add("event loops", vertx::close);
    Vertx control = controlLoops();
    closing.add("event loops of control", control::close);
    PrometheusMetrics metrics = new PrometheusMetrics(Standing.VERSION);
    closing.add("metrics", metrics);

    @Nullable Predecessor before = replace ? predecessor(settings, closing) : null;
    Map<String, Integer> served = before == null ? Map.of() : before.release();
    DataFolder data = DataFolder.open(settings.data());
    closing.add("data folder", data);
    Listening listening =
        before == null ? Listening.of(settings) : Listening.beside(settings, before.listen());
    AdminDoor admin = AdminDoor.of(settings, before == null ? "" : before.admin());
    Standing standing = new Standing(settings, listening, world.pid(), world.nanos());
    AccessLog accessLog = new AccessLog(data.path().resolve("logs").resolve("access.jsonl"));
    closing.add("access log", accessLog);

    CallHistory history = new CallHistory(world.clock());
    control.setPeriodic(HISTORY_MILLIS, tick -> history.settle());

    ContainerDoor containerDoor = new ContainerDoor(settings.url().isPresent(), listening);
    LoadReports loads = new LoadReports();
    Peers peers = Peers.of(settings, listening);
    HostRule hostRule = new HostRule(listening.names(settings));
    Frame frame =
        new Frame(
            settings,
            world,
            control,
            metrics,
            history,
            listening,
            standing,
            containerDoor,
            hostRule,
            FirestoreModule.open(settings, world.layout(), closing),
            loads::hurry,
            peers,
            AdminToken.loadOrCreate(data.path(), world.random()),
            adminKey,
            new KeyUses(world.clock()),
            new Quotas(world.nanos()));
    Tenure tenure = Tenure.begin(data, frame, CLOSE);
    closing.add("term", tenure::end);
    Gateway gateway = new Gateway(closing, frame, admin, tenure);
    standing.onShutdown(gateway::shutdown);
    ProxyServer proxy =
        new ProxyServer(
            vertx,
            front(frame, certificate),
            tenure.fleet(),
            metrics,
            accessLog,
            new CallMemory(
                tenure.keyed(), history, RandomGenerator.of("L64X128MixRandom"), metrics),
            hostRule,
            callers(frame, tenure.keys()),
            admin.isApart() ? tenure::callers : tenure::control,
            world.nanos(),
            world.clock(),
            world.random(),
            Optional.of(new Neighbours(peers.gate(standing, world.clock()), tenure::questions)));
    loads.by(
        LoadReporter.start(
            control,
            standing.name(),
            world.random().nextLong(),
            proxy::takeLoad,
            tenure::report,
            world.nanos()));
    closing.add("load reports", loads);
    closing.add("admin listener", admin::close);
    Farewell farewell = new Farewell(proxy, standing, () -> ports(frame, admin), world.nanos());
    closing.add("data plane", () -> proxy.close(farewell.rest()));
    closing.add("followers", () -> tenure.term().control().close());
    closing.add("farewell", () -> gateway.part(farewell));
    Served.await(tenure.fleet(), served);
    if (before == null) {
      proxy.listen().await();
    } else {
      beside(proxy);
    }
    control.setPeriodic(
        HEAP_LOOK_MILLIS,
        look ->
            OldGeneration.now()
                .ifPresent(
                    old -> {
                      proxy.memoryPressure(old.pressure());
                      old.collectIfWorthIt();
                    }));
    admin.open(proxy, control, tenure::control, standing);
    containerDoor.serve(proxy);
    peers.open(proxy);
    gateway.serve(before);
    return gateway;
  }

  /** The gateway to follow, whose connection ends with this one's start. */
  private static @Nullable Predecessor predecessor(Settings settings, Closing closing)
      throws IOException {
    Optional<Predecessor> found = Predecessor.of(settings.data());
    if (found.isEmpty()) {
      log.info("no gateway runs on {} that could be followed", settings.data());
      return null;
    }
    closing.add("connection to the predecessor", found.get());
    // What is to be refused is refused before anything of it is touched.
    Listening.beside(settings, found.get().listen());
    AdminDoor.of(settings, found.get().admin());
    Optional<String> conflict = FleetHost.conflict(settings.data(), settings.host());
    if (conflict.isPresent()) {
      throw new IOException(conflict.get() + ". " + FleetHost.ADVICE);
    }
    return found.get();
  }

  private static void beside(ProxyServer proxy) throws IOException {
    try {
      proxy.listenBeside().await();
    } catch (Exception e) {
      throw new IOException(
          "cannot listen beside the gateway that runs, which only native transports can (its log says"
              + " which one it has), and only of the same user: nexus down, then nexus up",
          e);
    }
  }

  private void serve(@Nullable Predecessor before) throws IOException {
    Standing standing = frame.standing();
    standing.ready();
    tenure.serving();
    closing.add(
        "successors",
        Successors.await(
            frame.settings().data(),
            frame.listening().address(),
            admin.text(),
            tenure.incumbent(ending::get, this::leave),
            frame.world().random(),
            frame.world().nanos()));
    if (before != null) {
      boolean led = ReusedPort.steer(frame.listening().port());
      if (admin.isApart()) {
        ReusedPort.steer(admin.port());
      }
      before.serving();
      before.close();
      log.info("follows the gateway that ran here{}", led ? "" : "; new calls are shared at first");
    }
    log.info("serving {} agents at {}", tenure.term().agents(), frame.listening().url());
  }

  private static CallerKeys callers(Frame frame, KeyStore keys) {
    return new CallerKeys(
        keys::ring,
        !frame.settings().isOpenWithoutKeys(),
        frame.token()::matches,
        frame.keyUses()::used,
        frame.quotas());
  }

  private static ProxySettings front(Frame frame, Optional<PemFiles.Good> certificate) {
    Listening listening = frame.listening();
    ProxySettings plain =
        ProxySettings.of(listening.host(), listening.port(), loops())
            .behind(frame.settings().trusted());
    return certificate
        .map(plain::encrypted)
        .orElse(plain)
        .within(frame.world().openFiles() - KEPT_FILES, Runtime.getRuntime().maxMemory());
  }

  /** One per core. */
  private static int loops() {
    return Math.max(1, Runtime.getRuntime().availableProcessors());
  }

  /**
   * For everything but calls: probes of replicas, the fleet, the admin listener. Calls that take
   * all of their own loops do not delay these.
   */
  private static Vertx controlLoops() {
    return Vertx.vertx(
        new VertxOptions()
            .setPreferNativeTransport(true)
            .setFileSystemOptions(
                new FileSystemOptions()
                    .setClassPathResolvingEnabled(false)
                    .setFileCachingEnabled(false))
            .setEventLoopPoolSize(CONTROL_LOOPS)
            .setWorkerPoolSize(4)
            .setInternalBlockingPoolSize(4));
  }

  private void part(Farewell farewell) {
    if (leaving) {
      farewell.toSuccessor();
    } else if (!frame.standing().stopsAgents()) {
      farewell.toBalancers();
    }
  }

  private static List<Integer> ports(Frame frame, AdminDoor admin) {
    int calls = frame.listening().port();
    return admin.isApart() ? List.of(calls, admin.port()) : List.of(calls);
  }

  private void leave() {
    if (ending.compareAndSet(false, true)) {
      leaving = true;
      new Thread(() -> ended.complete(closing.close(Farewell.LONGEST.plus(CLOSE))), "leaving")
          .start();
    }
  }

  /**
   * Begins to drain and end; returns at once. Later calls change nothing, except that agents are
   * stopped too if any of them asks for it in time.
   *
   * @param agents true = every replica is stopped too
   */
  void shutdown(boolean agents) {
    frame.standing().drain(agents);
    if (ending.compareAndSet(false, true)) {
      log.info("ending{}", agents ? " with all agents" : "; the agents go on");
      Thread thread = new Thread(() -> ended.complete(closing.close(CLOSE)), "shutdown");
      thread.start();
    }
  }

  /** Waits until the gateway has ended; false = not everything could be ended in time. */
  boolean awaitEnd() {
    return ended.join();
  }
}
