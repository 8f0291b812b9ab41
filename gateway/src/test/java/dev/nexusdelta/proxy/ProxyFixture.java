package dev.nexusdelta.proxy;

import dev.nexusdelta.access.HostRule;
import dev.nexusdelta.access.TrustedProxies;
import dev.nexusdelta.calls.CallHistory;
import dev.nexusdelta.exchange.TransportUnderTest;
import dev.nexusdelta.hop.HopGate;
import dev.nexusdelta.keyed.CallKey;
import dev.nexusdelta.keyed.Claim;
import dev.nexusdelta.keyed.ClaimState;
import dev.nexusdelta.keyed.Fingerprint;
import dev.nexusdelta.keyed.KeyedCalls;
import dev.nexusdelta.quota.Quotas;
import dev.nexusdelta.telemetry.AccessLog;
import dev.nexusdelta.telemetry.PrometheusMetrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** A data plane on a free port with a fleet that tests write. */
final class ProxyFixture implements AutoCloseable {
  /** Remembers nothing. */
  private static final KeyedCalls ALL_NEW = allNew(key -> {});

  final FakeFleet fleet = new FakeFleet();
  final CallHistory history = new CallHistory(InstantSource.system());
  final PrometheusMetrics metrics = new PrometheusMetrics("test");
  final ProxyServer server;
  final int port;
  private final Vertx vertx;
  private final AccessLog access;
  private final Path log;

  ProxyFixture(Path folder) {
    this(folder, 0);
  }

  ProxyFixture(Path folder, int port) {
    this(folder, port, 2, Duration.ofSeconds(60), Duration.ofSeconds(10));
  }

  ProxyFixture(Path folder, int wished, int loops, Duration idle, Duration head) {
    this(
        folder,
        settings(wished, loops, idle, head),
        ALL_NEW,
        nobody(),
        request -> {},
        Optional.empty());
  }

  ProxyFixture(Path folder, KeyedCalls keyed) {
    this(folder, usual(), keyed, nobody(), request -> {}, Optional.empty());
  }

  ProxyFixture(Path folder, ProxySettings settings) {
    this(folder, settings, ALL_NEW, nobody(), request -> {}, Optional.empty());
  }

  /** Whose callers are known by these keys. */
  ProxyFixture(Path folder, CallerKeys keys, KeyedCalls keyed, Optional<HopGate> hops) {
    this(folder, usual(), keyed, keys, request -> {}, hops);
  }

  /** Whose callers are known by these keys. */
  ProxyFixture(Path folder, CallerKeys keys) {
    this(folder, keys, ALL_NEW, Optional.empty());
  }

  /** Takes each keyed call for a new one, and tells of it. */
  static KeyedCalls allNew(Consumer<CallKey> seen) {
    return new KeyedCalls() {
      @Override
      public Future<Standing> claim(CallKey key, Fingerprint print, String requestId) {
        seen.accept(key);
        return Future.succeededFuture(new Mine(Claim.begun(key, print, "", requestId, 0)));
      }

      @Override
      public Future<Void> end(Claim mine, ClaimState end) {
        return Future.succeededFuture();
      }

      @Override
      public Future<Void> release(Claim mine) {
        return Future.succeededFuture();
      }
    };
  }

  private static CallerKeys nobody() {
    return CallerKeys.none(new Quotas(System::nanoTime));
  }

  /** With a control plane that does this before it answers. */
  ProxyFixture(Path folder, Consumer<HttpServerRequest> before) {
    this(folder, usual(), ALL_NEW, nobody(), before, Optional.empty());
  }

  private static ProxySettings usual() {
    return settings(0, 2, Duration.ofSeconds(60), Duration.ofSeconds(10));
  }

  private static ProxySettings settings(int wished, int loops, Duration idle, Duration head) {
    return new ProxySettings(
        "127.0.0.1",
        wished,
        loops,
        Duration.ofSeconds(1),
        idle,
        head,
        Duration.ofSeconds(10),
        1000,
        TrustedProxies.NONE,
        null);
  }

  /** One of several gateways. */
  ProxyFixture(Path folder, KeyedCalls keyed, HopGate hops) {
    this(folder, usual(), keyed, nobody(), request -> {}, Optional.of(hops));
  }

  /** One of several gateways, whose callers use no keys. */
  ProxyFixture(Path folder, HopGate hops) {
    this(folder, ALL_NEW, hops);
  }

  private ProxyFixture(
      Path folder,
      ProxySettings settings,
      KeyedCalls keyed,
      CallerKeys keys,
      Consumer<HttpServerRequest> before,
      Optional<HopGate> hops) {
    log = folder.resolve("access.jsonl");
    access = new AccessLog(log);
    vertx = TransportUnderTest.vertx();
    server =
        new ProxyServer(
            vertx,
            settings,
            fleet,
            metrics,
            access,
            new CallMemory(keyed, history, new Random(1), metrics),
            new HostRule(Set.of()),
            keys,
            request -> {
              before.accept(request);
              request.response().end("control " + request.path());
            },
            System::nanoTime,
            InstantSource.system(),
            new Random(),
            hops.map(
                gate ->
                    new Neighbours(
                        gate, request -> request.response().end("asked " + request.uri()))));
    try {
      port = await(server.listen());
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  RawClient client() throws IOException {
    return new RawClient(port);
  }

  /** One call on a connection of its own. */
  RawClient.Reply post(String path, String body, String... headers) throws IOException {
    try (RawClient client = client()) {
      return client.post(path, body, headers).reply();
    }
  }

  RawClient.Reply get(String path) throws IOException {
    try (RawClient client = client()) {
      return client.get(path).reply();
    }
  }

  /** Lines of the access log; ends the log. */
  List<String> accessLines() throws IOException {
    access.close();
    return Files.readAllLines(log);
  }

  /** Waits until something holds. */
  static void until(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("did not come about in time");
      }
      Thread.onSpinWait();
      Thread.yield();
    }
  }

  static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
  }

  @Override
  public void close() {
    await(server.close(Duration.ofMillis(1)));
    await(vertx.close());
    access.close();
    metrics.close();
  }
}
