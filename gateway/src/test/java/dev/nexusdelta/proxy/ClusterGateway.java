package dev.nexusdelta.proxy;

import static dev.nexusdelta.proxy.ProxyFixture.await;

import com.hazelcast.core.Hazelcast;
import dev.nexusdelta.access.HostRule;
import dev.nexusdelta.backup.RegistryFile;
import dev.nexusdelta.calls.CallHistory;
import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.Registry;
import dev.nexusdelta.discovery.StoredRegistry;
import dev.nexusdelta.discovery.hazelcast.ClusterSettings;
import dev.nexusdelta.discovery.hazelcast.HazelcastClaims;
import dev.nexusdelta.discovery.hazelcast.HazelcastDirectory;
import dev.nexusdelta.discovery.hazelcast.HazelcastMember;
import dev.nexusdelta.discovery.hazelcast.HazelcastReplicas;
import dev.nexusdelta.discovery.hazelcast.Seal;
import dev.nexusdelta.discovery.sqlite.SqliteClaims;
import dev.nexusdelta.exchange.TransportUnderTest;
import dev.nexusdelta.fleet.AgentView;
import dev.nexusdelta.fleet.Fleet;
import dev.nexusdelta.fleet.FleetParts;
import dev.nexusdelta.fleet.ReplicaCircuit;
import dev.nexusdelta.hop.HopGate;
import dev.nexusdelta.hop.HopKey;
import dev.nexusdelta.host.Containers;
import dev.nexusdelta.host.url.Permit;
import dev.nexusdelta.host.url.SystemNames;
import dev.nexusdelta.host.url.UrlHost;
import dev.nexusdelta.keyed.ClaimedCalls;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.ManifestReader;
import dev.nexusdelta.quota.Quotas;
import dev.nexusdelta.telemetry.AccessLog;
import dev.nexusdelta.telemetry.PrometheusMetrics;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Registry, cluster, fleet and data plane of one gateway, as the composition root joins them. */
final class ClusterGateway implements AutoCloseable {
  /** Known to all: whom a gateway believes of calls is another matter. */
  private static final Seal WAYS = Seal.of("where all are");

  final HazelcastMember member;
  final Fleet fleet;
  final ProxyServer server;
  final PrometheusMetrics metrics = new PrometheusMetrics("test");
  final int port;
  private final Vertx vertx = TransportUnderTest.vertx();
  private final RegistryFile store;
  private final SqliteClaims claims;
  private final Registry registry;
  private final AccessLog access;
  private boolean dead;

  /** Joins that one; alone without. */
  ClusterGateway(String name, Path folder, String secret, @Nullable ClusterGateway other)
      throws IOException {
    Path data = Files.createDirectory(folder.resolve(name));
    InstantSource clock = InstantSource.system();
    port = free();
    store = await(RegistryFile.open(vertx, data.resolve("registry.db")));
    registry = await(StoredRegistry.open(store.store(), clock));
    member = HazelcastMember.create(vertx, settings(name, port, other)).join();
    await(member.joined());
    claims = await(SqliteClaims.open(vertx, data.resolve("keyed.db"), SqliteClaims.Room.USUAL));
    UrlHost host =
        new UrlHost(
            vertx.getOrCreateContext(),
            new SystemNames(vertx),
            Containers.none(),
            Permit.ALL,
            Duration.ofSeconds(5),
            clock,
            new Random());
    fleet =
        new Fleet(
            new FleetParts(
                vertx,
                registry,
                new HazelcastDirectory(member),
                Map.of("url", host),
                "url",
                data,
                name,
                replica -> new ReplicaCircuit(replica, System::nanoTime),
                metrics,
                clock,
                System::nanoTime,
                new Random()));
    await(fleet.open());
    new HazelcastReplicas(member, WAYS).watch(fleet::elsewhere);
    access = new AccessLog(data.resolve("access.jsonl"));
    server =
        new ProxyServer(
            vertx,
            ProxySettings.of("127.0.0.1", port, 2),
            fleet,
            metrics,
            access,
            new CallMemory(
                new ClaimedCalls(new HazelcastClaims(member), claims, name + "/1", clock),
                new CallHistory(clock),
                new Random(1),
                metrics),
            new HostRule(Set.of()),
            CallerKeys.none(new Quotas(System::nanoTime)),
            request -> request.response().end(),
            System::nanoTime,
            clock,
            new Random(),
            Optional.of(
                new Neighbours(
                    new HopGate(name, HopKey.of(secret), clock),
                    request -> request.response().end())));
    await(server.listen());
  }

  /**
   * One that the kernel gives nobody for a connection of theirs: it is listened on only once the
   * member is made.
   */
  private static int free() throws IOException {
    int first = new Random().nextInt(21_000, 30_000);
    for (int port = first; port < first + 1000; port++) {
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (BindException taken) {
        continue;
      }
    }
    throw new IOException("no free port from " + first + " on");
  }

  private static ClusterSettings settings(String name, int port, @Nullable ClusterGateway other) {
    return new ClusterSettings(
        name,
        "cluster-it",
        "127.0.0.1",
        0,
        false,
        other == null ? List.of() : List.of(await(other.member.address())),
        Map.of(HazelcastReplicas.HOP_URL, HazelcastReplicas.way(WAYS, "http://127.0.0.1:" + port)));
  }

  /** Has this agent in the registry; without ports, no replica of it here. */
  void put(String name, int... ports) {
    StringBuilder urls = new StringBuilder();
    for (int each : ports) {
      urls.append(urls.isEmpty() ? "" : ", ").append("http://127.0.0.1:").append(each);
    }
    Manifest manifest =
        ManifestReader.read(
                "name: "
                    + name
                    + "\nrun: {url: ["
                    + (urls.isEmpty() ? "http://127.0.0.1:1" : urls)
                    + "]}\n")
            .fold(
                read -> read,
                faults -> {
                  throw new AssertionError(faults.toString());
                });
    await(
        registry.edit(
            new AgentName(name),
            OptionalLong.empty(),
            "test",
            was ->
                new AgentSpec(
                    manifest.name(),
                    manifest,
                    true,
                    ports.length == 0 ? OptionalInt.of(0) : OptionalInt.empty(),
                    0,
                    was.map(AgentSpec::revision).orElse(0L),
                    "",
                    Optional.empty(),
                    false,
                    Instant.EPOCH,
                    "test")));
  }

  /** Waits until the view of the agent is like that. */
  void until(String agent, Predicate<AgentView> holds) {
    ProxyFixture.until(
        () -> {
          AgentView view = fleet.view().agent(agent);
          return view != null && holds.test(view);
        });
  }

  RawClient.Reply post(String path, String body, String... headers) throws IOException {
    try (RawClient client = new RawClient(port)) {
      return client.post(path, body, headers).reply();
    }
  }

  /** Ends without a word to the cluster, and cuts off its calls. */
  void die() {
    if (!dead) {
      dead = true;
      Hazelcast.getHazelcastInstanceByName(await(member.instanceName()))
          .getLifecycleService()
          .terminate();
      await(server.close(Duration.ofMillis(1)));
    }
  }

  @Override
  public void close() {
    if (!dead) {
      await(server.close(Duration.ofMillis(1)));
    }
    await(fleet.close());
    await(member.close());
    await(claims.close());
    await(store.close());
    await(vertx.close());
    access.close();
    metrics.close();
  }
}
