package dev.nexusdelta.admin;

import dev.nexusdelta.access.HostRule;
import dev.nexusdelta.calls.CallHistory;
import dev.nexusdelta.folders.AgentFolders;
import dev.nexusdelta.keys.KeyUses;
import dev.nexusdelta.telemetry.Metrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A control plane on a free port, over a registry in memory and a fleet of the test's making. */
final class Plane implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(30);

  final Vertx vertx = Vertx.vertx();
  final MemoryRegistry registry = new MemoryRegistry();
  final FakeFleet fleet = new FakeFleet();
  final CallHistory calls = new CallHistory(InstantSource.fixed(FakeFleet.NOW));
  final RecentScaling scaling = new RecentScaling();
  final FakeSync sync = new FakeSync();
  final FakeDrains drains = new FakeDrains();
  final FakeMarket market = new FakeMarket();
  final FarGateways others = new FarGateways(vertx);
  final MemoryKeys keys = new MemoryKeys();
  final KeyUses uses = new KeyUses(InstantSource.fixed(FakeFleet.NOW));
  final List<Boolean> shutdowns = new ArrayList<>();
  final AtomicLong nanos = new AtomicLong();
  final ControlPlane control;
  final FolderSync folders;
  final Path agents;
  final String token;
  final int port;

  /** Where other gateways ask. */
  final int asked;

  volatile Optional<String> notReady = Optional.empty();

  private final HttpServer server;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();

  Plane(Path root) throws Exception {
    this(root, true);
  }

  /**
   * The same.
   *
   * @param open whether some routes need no key as long as none exists
   */
  Plane(Path root, boolean open) throws Exception {
    Path data = Files.createDirectories(root.resolve("data"));
    AdminToken adminToken = AdminToken.loadOrCreate(data, new Random(1));
    token = Files.readString(AdminToken.file(data)).strip();
    agents = Files.createDirectories(root.resolve("agents"));
    folders =
        new FolderSync(
            vertx,
            new AgentFolders(agents),
            AppliedFolders.none(),
            registry,
            fleet.events,
            System::nanoTime);
    AtomicLong ids = new AtomicLong();
    control =
        new ControlPlane(
            vertx,
            new ControlPlane.Parts(
                registry,
                fleet,
                folders,
                new NoMetrics(),
                calls,
                scaling,
                sync,
                new Gateway(),
                drains,
                others,
                market.parts(),
                new Admission(
                    adminToken, new HostRule(Set.of("gw.test")), keys, uses, open, new Random(2)),
                InstantSource.fixed(FakeFleet.NOW),
                nanos::get,
                () -> "id-" + ids.incrementAndGet()));
    server = vertx.createHttpServer().requestHandler(control);
    server.listen(0, "127.0.0.1").await(10, TimeUnit.SECONDS);
    port = server.actualPort();
    HttpServer forGateways = vertx.createHttpServer().requestHandler(control::questions);
    forGateways.listen(0, "127.0.0.1").await(10, TimeUnit.SECONDS);
    asked = forGateways.actualPort();
  }

  /** An answer with its body as text. */
  record Answer(HttpResponse<String> response) {
    int status() {
      return response.statusCode();
    }

    String text() {
      return response.body();
    }

    JsonObject json() {
      return new JsonObject(response.body());
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }
  }

  Answer get(String path) {
    return send("GET", path, null, Map.of());
  }

  Answer post(String path, JsonObject body) {
    return send("POST", path, body.encode(), Map.of());
  }

  Answer put(String path, JsonObject body) {
    return send("PUT", path, body.encode(), Map.of());
  }

  Answer patch(String path, JsonObject body) {
    return send("PATCH", path, body.encode(), Map.of());
  }

  /** With the token and, if there is a body, as JSON; headers of the test replace these. */
  Answer send(String method, String path, @Nullable String body, Map<String, String> headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).timeout(PATIENCE);
    request.method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    request.setHeader("Authorization", "Bearer " + token);
    if (body != null) {
      request.setHeader("Content-Type", "application/json");
    }
    headers.forEach(request::setHeader);
    return send(request.build());
  }

  Answer bare(String method, String path, Map<String, String> headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).timeout(PATIENCE);
    request.method(method, BodyPublishers.noBody());
    headers.forEach(request::setHeader);
    return send(request.build());
  }

  private Answer send(HttpRequest request) {
    try {
      return new Answer(client.send(request, BodyHandlers.ofString()));
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(request + " got no answer", e);
    }
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  static JsonObject manifest(String name) {
    return new JsonObject()
        .put("name", name)
        .put("run", new JsonObject().put("command", "sleep 60"));
  }

  /** Waits until it holds. */
  static void until(String what, Supplier<Boolean> holds) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!holds.get()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("still not: " + what);
      }
      java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
    }
  }

  @Override
  public void close() throws TimeoutException {
    control.close();
    folders.close().await(10, TimeUnit.SECONDS);
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  private final class Gateway implements GatewayControl {
    @Override
    public String name() {
      return "gw";
    }

    @Override
    public String version() {
      return "1.2.3";
    }

    @Override
    public Optional<String> notReady() {
      return notReady;
    }

    @Override
    public List<ConfigEntry> config() {
      return List.of(new ConfigEntry("listen", "127.0.0.1:8080", "default"));
    }

    @Override
    public Cluster cluster() {
      return new Cluster(
          List.of(
              new Member(
                  "gw",
                  "http://127.0.0.1:8080",
                  "127.0.0.1:5701",
                  "127.0.0.1:5601",
                  1,
                  "1.2.3",
                  true)),
          List.of("gw-away"),
          2,
          Optional.of("one is away"));
    }

    @Override
    public Future<Void> forget(String gateway) {
      return gateway.equals(name())
          ? Future.failedFuture(new GatewayPresentException(gateway))
          : Future.succeededFuture();
    }

    @Override
    public synchronized void shutdown(boolean agents) {
      shutdowns.add(agents);
    }
  }

  private static final class NoMetrics implements Metrics {
    @Override
    public void count(String name, String... labels) {}

    @Override
    public void record(String name, Duration duration, String... labels) {}

    @Override
    public void gauge(String name, String help, Supplier<List<Sample>> samples) {}

    @Override
    public void total(String name, String help, Supplier<List<Sample>> samples) {}

    @Override
    public String scrape() {
      return "nexus_build_info 1\n";
    }
  }
}
