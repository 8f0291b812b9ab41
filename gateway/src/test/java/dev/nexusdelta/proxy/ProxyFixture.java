package dev.nexusdelta.proxy;

import dev.nexusdelta.access.HostRule;
import dev.nexusdelta.telemetry.AccessLog;
import dev.nexusdelta.telemetry.PrometheusMetrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** A data plane on a free port with a fleet that tests write. */
final class ProxyFixture implements AutoCloseable {
  final FakeFleet fleet = new FakeFleet();
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
    this(folder, wished, loops, idle, head, request -> {});
  }

  /** With a control plane that does this before it answers. */
  ProxyFixture(Path folder, Consumer<HttpServerRequest> before) {
    this(folder, 0, 2, Duration.ofSeconds(60), Duration.ofSeconds(10), before);
  }

  private ProxyFixture(
      Path folder,
      int wished,
      int loops,
      Duration idle,
      Duration head,
      Consumer<HttpServerRequest> before) {
    log = folder.resolve("access.jsonl");
    access = new AccessLog(log);
    vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    ProxySettings settings =
        new ProxySettings("127.0.0.1", wished, loops, Duration.ofSeconds(1), idle, head, 1000);
    server =
        new ProxyServer(
            vertx,
            settings,
            fleet,
            metrics,
            access,
            new HostRule(Set.of()),
            request -> {
              before.accept(request);
              request.response().end("control " + request.path());
            },
            System::nanoTime,
            InstantSource.system(),
            new Random());
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
