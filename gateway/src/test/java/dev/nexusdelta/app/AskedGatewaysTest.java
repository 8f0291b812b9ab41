package dev.nexusdelta.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexusdelta.admin.GatewayControl.Cluster;
import dev.nexusdelta.admin.GatewayControl.Member;
import dev.nexusdelta.hop.Hop;
import dev.nexusdelta.hop.HopGate;
import dev.nexusdelta.hop.HopKey;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Gateway a asks b, which is an HTTP server behind a real gate. */
class AskedGatewaysTest {
  private static final HopKey KEY = HopKey.of("the secret");
  private static final String PATH = "/api/v1/agents/echo/logs?tail=5&since=2026-01-01T00:00:00Z";

  private final Vertx vertx = Vertx.vertx();
  private final HopGate gate = new HopGate("b", KEY, InstantSource.system());
  private final Map<String, String> urls = new ConcurrentHashMap<>();
  private HttpServer server;

  @BeforeEach
  void listen() {
    server = await(vertx.createHttpServer().requestHandler(this::answer).listen(0, "127.0.0.1"));
    urls.put("b", "http://127.0.0.1:" + server.actualPort());
  }

  @AfterEach
  void close() {
    await(vertx.close());
  }

  private void answer(HttpServerRequest request) {
    HopGate.Verdict verdict =
        gate.check(
            String.valueOf(request.getHeader(Hop.HEADER)),
            request.getHeader(Hop.PROOF),
            request.method().name(),
            request.uri());
    if (verdict instanceof HopGate.Passed passed) {
      boolean fails = request.path().endsWith("/fails");
      request
          .response()
          .putHeader(Hop.HEADER, Hop.ANSWERED)
          .setStatusCode(fails ? 503 : 200)
          .end(fails ? "{\"detail\":\"the engine is down\"}" : passed.hop().toString());
    } else {
      request.response().putHeader(Hop.HEADER, "unproved").setStatusCode(403).end();
    }
  }

  private AskedGateways asked(HopKey key) {
    return new AskedGateways(
        vertx,
        "a",
        () ->
            new Cluster(
                List.of(member("a"), member("b"), member("")), List.of("c"), 3, Optional.empty()),
        name -> Optional.ofNullable(urls.get(name)),
        new HopGate("a", key, InstantSource.system()).signer(7));
  }

  private static Member member(String name) {
    return new Member(name, "", "", "", 1, "", false);
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
  }

  private static String body(HttpClientResponse answer) {
    Future<String> body = answer.body().map(Object::toString);
    answer.resume();
    return await(body);
  }

  @Test
  void provesEachQuestion() {
    AskedGateways asked = asked(KEY);
    for (int i = 0; i < 3; i++) {
      assertThat(body(await(asked.get("b", PATH))))
          .isEqualTo(new Hop("a", Hop.ALL, false).toString());
    }
    await(asked.close());
  }

  @Test
  void knowsWhomToAsk() {
    assertThat(asked(KEY).names()).containsExactly("b", "c");
    assertThat(asked(KEY).present()).containsExactly("b");
  }

  @Test
  void saysWhyThereIsNoAnswer() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      urls.put("d", "http://127.0.0.1:" + free.getLocalPort());
    }
    urls.put("e", "nonsense");
    AskedGateways asked = asked(KEY);
    fails(asked, "c", PATH, "it is not there");
    fails(asked, "d", PATH, "it cannot be reached (");
    fails(asked, "e", PATH, "it cannot be asked (");
    fails(asked, "b", "/fails", "the engine is down");
    AskedGateways stranger = asked(HopKey.of("another"));
    fails(stranger, "b", PATH, "it does not take this question (403)");
    // A client that nobody holds any more closes itself, and its connections.
    await(stranger.close());
    await(asked.close());
  }

  private static void fails(AskedGateways asked, String gateway, String path, String reason) {
    assertThatThrownBy(() -> await(asked.get(gateway, path))).hasMessageContaining(reason);
  }
}
