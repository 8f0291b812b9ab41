package dev.nexusdelta.app;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.nexusdelta.access.HostRule;
import dev.nexusdelta.admin.AdminToken;
import dev.nexusdelta.admin.ControlPlane;
import dev.nexusdelta.admin.FolderSync;
import dev.nexusdelta.calls.CallHistory;
import dev.nexusdelta.discovery.Registry;
import dev.nexusdelta.discovery.StoredRegistry;
import dev.nexusdelta.discovery.hazelcast.ClusterSettings;
import dev.nexusdelta.discovery.hazelcast.HazelcastClaims;
import dev.nexusdelta.discovery.hazelcast.HazelcastDirectory;
import dev.nexusdelta.discovery.hazelcast.HazelcastMember;
import dev.nexusdelta.discovery.hazelcast.RegistryMirror;
import dev.nexusdelta.discovery.sqlite.SqliteClaims;
import dev.nexusdelta.discovery.sqlite.SqliteStore;
import dev.nexusdelta.fleet.AgentStatus;
import dev.nexusdelta.fleet.Fleet;
import dev.nexusdelta.fleet.FleetParts;
import dev.nexusdelta.fleet.ReplicaCircuit;
import dev.nexusdelta.folders.AgentFolders;
import dev.nexusdelta.host.ReplicaHost;
import dev.nexusdelta.keyed.ClaimedCalls;
import dev.nexusdelta.keyed.KeyedCalls;
import dev.nexusdelta.proxy.CallMemory;
import dev.nexusdelta.proxy.ProxyServer;
import dev.nexusdelta.proxy.ProxySettings;
import dev.nexusdelta.telemetry.AccessLog;
import dev.nexusdelta.telemetry.PrometheusMetrics;
import dev.nexusdelta.tls.PemFiles;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole gateway: makes every part, joins them, and ends them in reverse order. Read {@link
 * #start} from top to bottom to see the system.
 */
final class Gateway {
  private static final Logger log = LoggerFactory.getLogger(Gateway.class);

  /** Below the ten seconds after which a container engine loses patience. */
  private static final long HEAP_LOOK_MILLIS = 1000;

  private static final Duration DRAIN = Duration.ofSeconds(8);

  private static final Duration CLOSE = Duration.ofSeconds(20);

  private final Closing closing;
  private final AtomicBoolean ending = new AtomicBoolean();
  private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
  private final Standing standing;

  private Gateway(Closing closing, Standing standing) {
    this.closing = closing;
    this.standing = standing;
  }

  /**
   * Starts a gateway; returns once it serves. What was started before a failure is ended again.
   *
   * @throws Exception saying what could not be had
   */
  static Gateway start(Settings settings, Surroundings world) throws Exception {
    Closing closing = new Closing();
    try {
      return start(settings, world, closing);
    } catch (Exception e) {
      closing.close(CLOSE);
      throw e;
    }
  }

  private static Gateway start(Settings settings, Surroundings world, Closing closing)
      throws Exception {
    Optional<PemFiles.Good> certificate = TlsReader.load(settings);
    DataFolder data = DataFolder.open(settings.data());
    closing.add("data folder", data);
    FleetHost fleetHost = FleetHost.claim(data.path(), settings.host());
    closing.add("memory of the fleet's host", fleetHost);
    Listening listening = Listening.of(settings);
    Standing standing = new Standing(settings, listening, world.pid());

    Vertx vertx = EventLoops.open(settings.transport(), loops() + 1);
    closing.add("event loops", vertx::close);
    PrometheusMetrics metrics = new PrometheusMetrics(Standing.VERSION);
    closing.add("metrics", metrics);
    AccessLog accessLog = new AccessLog(data.path().resolve("logs").resolve("access.jsonl"));
    closing.add("access log", accessLog);

    SqliteStore store = SqliteStore.open(vertx, data.path().resolve("registry.db")).await();
    closing.add("registry store", store::close);
    Registry registry = StoredRegistry.open(store, world.clock()).await();
    HazelcastMember member = HazelcastMember.create(vertx, cluster(settings, standing));
    closing.add("cluster member", member::close);
    RegistryMirror.start(registry, member);

    SqliteClaims claims =
        SqliteClaims.open(vertx, data.path().resolve("keyed.db"), SqliteClaims.Room.USUAL).await();
    closing.add("store of keyed calls", claims::close);
    KeyedCalls keyed =
        new ClaimedCalls(
            new HazelcastClaims(member), claims, Ids.run(standing.name(), world), world.clock());
    ClaimSweep.start(vertx, claims, world.clock());
    CallHistory history = new CallHistory(world.clock());
    vertx.setPeriodic(1000, tick -> history.settle());
    CallMemory memory =
        new CallMemory(keyed, history, RandomGenerator.of("L64X128MixRandom"), metrics);

    ContainerDoor containerDoor = new ContainerDoor(settings.url().isPresent(), listening);
    Hosts made = new Hosts(settings, world, vertx, listening, containerDoor);
    Map<String, ReplicaHost> hosts = made.all();
    for (ReplicaHost host : hosts.values()) {
      closing.add(host.kind() + " host", () -> end(host, settings, standing, fleetHost));
    }
    Fleet fleet = fleet(settings, world, vertx, registry, member, hosts, standing, metrics);
    closing.add("fleet", fleet::close);
    fleet.open().await();
    fleetHost.opened(() -> mayRun(fleet, made.running()));

    AgentFolders folders = new AgentFolders(settings.agents());
    FolderSync sync = new FolderSync(vertx, folders, registry, fleet.events(), world.nanos());
    closing.add("agent folders", sync::close);
    sync.start().await();
    made.follow(registry, fleet.events(), closing);

    Gateway gateway = new Gateway(closing, standing);
    standing.onShutdown(gateway::shutdown);
    HostRule hostRule = new HostRule(listening.names(settings));
    ControlPlane control =
        new ControlPlane(
            vertx,
            new ControlPlane.Parts(
                registry,
                fleet,
                sync,
                metrics,
                history,
                standing,
                AdminToken.loadOrCreate(data.path(), world.random()),
                hostRule,
                world.clock(),
                world.nanos(),
                Ids.of(world.random())));
    ProxyServer proxy =
        new ProxyServer(
            vertx,
            front(settings, listening, certificate),
            fleet,
            metrics,
            accessLog,
            memory,
            hostRule,
            control,
            world.nanos(),
            world.clock(),
            world.random());
    closing.add("data plane", () -> proxy.close(DRAIN));
    closing.add("followers", control);
    proxy.listen().await();
    vertx.setPeriodic(HEAP_LOOK_MILLIS, look -> proxy.memoryPressure(HeapPressure.now()));
    containerDoor.serve(proxy);
    standing.ready();
    member.join();
    data.announce(standing.announcement(world.clock().instant()));
    log.info("serving {} agents at {}", registry.agents().size(), listening.url());
    return gateway;
  }

  private static ProxySettings front(
      Settings settings, Listening listening, Optional<PemFiles.Good> certificate) {
    ProxySettings plain =
        ProxySettings.of(listening.host(), listening.port(), loops()).behind(settings.trusted());
    return certificate
        .map(plain::encrypted)
        .orElse(plain)
        .within(openFiles(), Runtime.getRuntime().maxMemory());
  }

  private static long openFiles() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getMaxFileDescriptorCount()
        : Long.MAX_VALUE;
  }

  /** One per core. */
  private static int loops() {
    return Math.max(1, Runtime.getRuntime().availableProcessors());
  }

  private static ClusterSettings cluster(Settings settings, Standing standing) {
    return new ClusterSettings(
        standing.name(),
        settings.cluster().name(),
        "127.0.0.1",
        settings.cluster().port(),
        true,
        List.of(),
        standing.attributes());
  }

  private static Future<Void> end(
      ReplicaHost host, Settings settings, Standing standing, FleetHost fleetHost) {
    boolean replicas = standing.stopsAgents();
    Future<Void> ended = host.close(replicas);
    return replicas && host.kind().equals(settings.host())
        ? ended.onSuccess(all -> fleetHost.ended()).onFailure(e -> fleetHost.notEnded())
        : ended;
  }

  /** A host in trouble has not been asked what it runs, or may have lost sight of it. */
  private static boolean mayRun(Fleet fleet, ReplicaHost host) {
    return host.trouble().isPresent()
        || fleet.statuses().stream().anyMatch(agent -> runsOn(host, agent));
  }

  private static boolean runsOn(ReplicaHost host, AgentStatus agent) {
    return agent.replicas().stream().anyMatch(replica -> replica.host().equals(host.kind()));
  }

  private static Fleet fleet(
      Settings settings,
      Surroundings world,
      Vertx vertx,
      Registry registry,
      HazelcastMember member,
      Map<String, ReplicaHost> hosts,
      Standing standing,
      PrometheusMetrics metrics) {
    return new Fleet(
        new FleetParts(
            vertx,
            registry,
            new HazelcastDirectory(member),
            hosts,
            settings.host(),
            settings.agents(),
            standing.name(),
            replica -> new ReplicaCircuit(replica, world.nanos()),
            metrics,
            world.clock(),
            world.nanos(),
            RandomGenerator.of("L64X128MixRandom")));
  }

  /**
   * Begins to drain and end; returns at once. Later calls change nothing, except that agents are
   * stopped too if any of them asks for it in time.
   *
   * @param agents true = every replica is stopped too
   */
  void shutdown(boolean agents) {
    standing.drain(agents);
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
