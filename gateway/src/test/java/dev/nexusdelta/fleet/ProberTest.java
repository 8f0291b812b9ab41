package dev.nexusdelta.fleet;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProberTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private final AtomicInteger connections = new AtomicInteger();
  private final List<HttpServer> servers = new ArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private Vertx vertx;
  private Prober prober;

  @BeforeEach
  void open() {
    vertx = Vertx.vertx();
    prober = new Prober(vertx, System::nanoTime);
  }

  @AfterEach
  void close() {
    prober.close();
    servers.forEach(server -> get(server.close()));
    get(vertx.close());
  }

  private static <T> T get(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(10, SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private SocketAddress server(Handler<HttpServerRequest> handler) {
    HttpServer server =
        vertx
            .createHttpServer()
            .connectionHandler(
                connection -> {
                  connections.incrementAndGet();
                  connection.closeHandler(v -> closed.countDown());
                })
            .requestHandler(handler);
    servers.add(server);
    return SocketAddress.inetSocketAddress(
        get(server.listen(0, "127.0.0.1")).actualPort(), "127.0.0.1");
  }

  private ProbeResult probe(SocketAddress address) {
    return get(probe(address, "/health", SECOND));
  }

  private SocketAddress answering(int status) {
    return server(request -> request.response().setStatusCode(status).end("{}"));
  }

  private Future<ProbeResult> probe(SocketAddress address, String path, Duration timeout) {
    return prober.probe(address, address.host(), path, timeout);
  }

  private Future<String> tools(SocketAddress address) {
    return prober.tools(address, address.host());
  }

  @Test
  void twoHundredsAreReady() {
    assertThat(probe(answering(200))).isEqualTo(new ProbeResult(true, true, false, ""));
    assertThat(probe(answering(204)).ready()).isTrue();
  }

  @Test
  void noSuchRouteIsReadyByItsPort() {
    assertThat(probe(answering(404))).isEqualTo(new ProbeResult(true, true, true, ""));
    assertThat(probe(answering(405)).portOnly()).isTrue();
    assertThat(probe(answering(501)).ready()).isFalse();
  }

  @Test
  void anyOtherStatusIsNotReady() {
    ProbeResult result = probe(answering(503));
    assertThat(result.ready()).isFalse();
    assertThat(result.accepts()).isTrue();
    assertThat(result.reason()).contains("503");
  }

  @Test
  void redirectsAreNotFollowed() {
    SocketAddress address =
        server(
            request ->
                request
                    .response()
                    .setStatusCode(request.path().equals("/health") ? 302 : 200)
                    .putHeader("location", "/elsewhere")
                    .end());
    assertThat(probe(address).reason()).contains("302");
  }

  @Test
  void aClosedPortDoesNotAccept() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    ProbeResult result = probe(SocketAddress.inetSocketAddress(port, "127.0.0.1"));
    assertThat(result).isEqualTo(new ProbeResult(false, false, false, "connection refused"));
  }

  @Test
  void aHungReplicaIsNotReadyInTime() {
    ProbeResult result = get(probe(server(request -> {}), "/health", Duration.ofMillis(50)));
    assertThat(result.ready()).isFalse();
    assertThat(result.accepts()).isTrue();
    assertThat(result.reason()).contains("50 ms");
  }

  @Test
  void aDrippingAnswerIsCutOff() throws Exception {
    SocketAddress address =
        server(
            request -> {
              request.response().setChunked(true);
              vertx.setPeriodic(
                  10,
                  timer -> {
                    if (request.response().closed()) {
                      vertx.cancelTimer(timer);
                    } else {
                      request.response().write("x");
                    }
                  });
            });
    assertThat(get(probe(address, "/health", Duration.ofMillis(200))).ready()).isFalse();
    assertThat(closed.await(10, SECONDS)).isTrue();
  }

  @Test
  void anEndlessAnswerIsCutOff() throws Exception {
    SocketAddress address =
        server(
            request -> {
              request.response().setChunked(true);
              vertx.setPeriodic(
                  1,
                  timer -> {
                    if (request.response().closed()) {
                      vertx.cancelTimer(timer);
                    } else {
                      request.response().write(Buffer.buffer(new byte[32 * 1024]));
                    }
                  });
            });
    ProbeResult result = probe(address);
    assertThat(result.ready()).isFalse();
    assertThat(result.reason()).contains("longer than");
    assertThat(closed.await(10, SECONDS)).isTrue();
  }

  @Test
  void keepsOneConnection() {
    SocketAddress address = answering(200);
    for (int i = 0; i < 5; i++) {
      assertThat(probe(address).ready()).isTrue();
    }
    assertThat(connections).hasValue(1);
  }

  private List<Future<ProbeResult>> probes(SocketAddress address, int count, Duration timeout) {
    return IntStream.range(0, count)
        .mapToObj(i -> probe(address, "/agent" + i + "/health", timeout))
        .toList();
  }

  private static void allReady(List<Future<ProbeResult>> probes) {
    probes.forEach(
        probe -> assertThat(get(probe)).isEqualTo(new ProbeResult(true, true, false, "")));
  }

  @Test
  void noneOfManyAgentsAtOneAddressWaitsForAnother() {
    List<HttpServerRequest> here = new ArrayList<>();
    SocketAddress address =
        server(
            request -> {
              // Each answer takes as long as the last one takes to ask.
              here.add(request);
              if (here.size() == 16) {
                here.forEach(each -> each.response().end());
              }
            });
    allReady(probes(address, 16, Duration.ofSeconds(8)));
  }

  @Test
  void moreThanThereAreConnectionsWaitInsteadOfFailing() {
    SocketAddress address = answering(200);
    allReady(probes(address, 300, Duration.ofSeconds(30)));
    assertThat(connections.get()).isLessThanOrEqualTo(64);
  }

  @Test
  void anAddressThatHangsHoldsUpNoOtherAndItsProbesEnd() {
    SocketAddress hung = server(request -> {});
    List<Future<ProbeResult>> waiting = probes(hung, 100, Duration.ofSeconds(2));
    allReady(probes(answering(200), 16, Duration.ofSeconds(8)));
    for (Future<ProbeResult> each : waiting) {
      ProbeResult result = get(each);
      assertThat(result.ready()).isFalse();
      assertThat(result.accepts()).isTrue();
      assertThat(result.reason()).contains("no answer within 2000 ms");
    }
  }

  @Test
  void readsToolsOrFindsNone() {
    assertThat(get(tools(answering(200)))).isEqualTo("{}");
    assertThat(get(tools(answering(404)))).isEmpty();
    assertThat(tools(answering(500)).transform(r -> Future.succeededFuture(r.failed())))
        .satisfies(failed -> assertThat(get(failed)).isTrue());
  }
}
