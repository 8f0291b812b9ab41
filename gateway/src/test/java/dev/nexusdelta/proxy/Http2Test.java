package dev.nexusdelta.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexusdelta.exchange.RawUpstream;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.tls.TestCertificates;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.StreamResetException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Callers of HTTP/2: each stream by itself. */
class Http2Test {
  private static final String PATH = "/agents/math/execute";
  private static final String ADD = "{\"tool_name\":\"add\"}";

  @TempDir Path folder;
  private final Vertx vertx = Vertx.vertx();
  private ProxyFixture proxy;
  private RawUpstream agent;
  private HttpClient client;

  @BeforeEach
  void open() {
    proxy = new ProxyFixture(folder, TlsTest.encrypted(TestCertificates.make(folder, "localhost")));
    agent = RawUpstream.answering("ok");
    Manifest.Limits limits =
        new Manifest.Limits(Duration.ofSeconds(20), Duration.ofSeconds(20), 64, 128, 200_000);
    proxy.fleet.serve("math", limits, agent.port());
    client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setUseAlpn(true)
                .setSsl(true)
                .setTrustAll(true)
                .setVerifyHost(false)
                .setDefaultHost("localhost")
                .setDefaultPort(proxy.port),
            new PoolOptions().setHttp2MaxSize(1));
  }

  @AfterEach
  void close() {
    ProxyFixture.await(vertx.close());
    proxy.close();
    agent.close();
  }

  private record Reply(HttpClientResponse head, String body) {
    int status() {
      return head.statusCode();
    }
  }

  private Future<Reply> post(String path, Buffer body, String... headers) {
    return client
        .request(HttpMethod.POST, path)
        .compose(
            request -> {
              request.putHeader("content-type", "application/json");
              for (int i = 0; i < headers.length; i += 2) {
                request.putHeader(headers[i], headers[i + 1]);
              }
              return request.send(body);
            })
        .compose(head -> head.body().map(text -> new Reply(head, text.toString())));
  }

  @Test
  void servesManyCallsOnOneConnection() {
    List<Future<Reply>> replies = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      replies.add(post(PATH, Buffer.buffer(ADD), "x-request-id", "r" + i));
    }
    for (int i = 0; i < 50; i++) {
      Reply reply = ProxyFixture.await(replies.get(i));
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.body()).isEqualTo("ok");
      assertThat(reply.head().version()).isEqualTo(HttpVersion.HTTP_2);
      assertThat(reply.head().getHeader("x-request-id")).isEqualTo("r" + i);
      assertThat(reply.head().headers().contains("connection")).isFalse();
    }
    assertThat(agent.requests).hasSize(50);
    assertThat(agent.requests.get(0).toLowerCase())
        .startsWith("post /execute http/1.1\r\n")
        .contains("x-forwarded-proto: https", "x-forwarded-host: localhost:" + proxy.port);
  }

  @Test
  void otherRoutesAnswerToo() {
    assertThat(ProxyFixture.await(get("/agents")).body()).contains("math");
    assertThat(ProxyFixture.await(get("/readyz")).body()).isEqualTo("control /readyz");
    Reply unknown = ProxyFixture.await(get("/agents/nobody/tools"));
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.head().headers().contains("connection")).isFalse();
  }

  private Future<Reply> get(String path) {
    return client
        .request(HttpMethod.GET, path)
        .compose(HttpClientRequest::send)
        .compose(head -> head.body().map(text -> new Reply(head, text.toString())));
  }

  @Test
  void largeBodiesPassBothWays() {
    String large = "x".repeat(150_000);
    try (RawUpstream echo = RawUpstream.answering("y".repeat(1_000_000))) {
      proxy.fleet.serve("echo", echo.port());
      Reply reply =
          ProxyFixture.await(
              post("/agents/echo/execute", Buffer.buffer("{\"a\":\"" + large + "\"}")));
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.body()).hasSize(1_000_000);
      assertThat(echo.requests.get(0)).contains(large);
    }
  }

  @Test
  void aRefusedBodyEndsItsStreamAlone() {
    Future<Reply> refused = post(PATH, Buffer.buffer("x".repeat(300_000)));
    assertThat(ProxyFixture.await(refused).status()).isEqualTo(413);
    assertThat(ProxyFixture.await(post(PATH, Buffer.buffer(ADD))).status()).isEqualTo(200);
    assertThat(proxy.metrics.scrape()).contains("code=\"413\"");
  }

  @Test
  void anAnswerCutShortResetsItsStreamAlone() {
    try (RawUpstream cut =
        RawUpstream.raw("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + "z".repeat(70_000))) {
      proxy.fleet.serve("cut", cut.port());
      assertThatThrownBy(() -> ProxyFixture.await(post("/agents/cut/execute", Buffer.buffer(ADD))))
          .isInstanceOf(CompletionException.class)
          .cause()
          .isInstanceOfSatisfying(
              StreamResetException.class, reset -> assertThat(reset.getCode()).isEqualTo(2));
      assertThat(ProxyFixture.await(post(PATH, Buffer.buffer(ADD))).status()).isEqualTo(200);
    }
  }

  @Test
  void aCallerThatResetsItsStreamEndsTheCallAtTheAgent() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch left = new CountDownLatch(1);
    try (RawUpstream slow =
        new RawUpstream(
            connection -> {
              connection.read();
              arrived.countDown();
              if (connection.isLeft()) {
                left.countDown();
              }
            })) {
      proxy.fleet.serve("slow", slow.port());
      Promise<HttpClientRequest> sent = Promise.promise();
      client
          .request(HttpMethod.POST, "/agents/slow/execute")
          .onSuccess(
              request -> {
                request.putHeader("content-type", "application/json");
                request.send(ADD);
                sent.complete(request);
              });
      HttpClientRequest request = ProxyFixture.await(sent.future());
      assertThat(arrived.await(10, TimeUnit.SECONDS)).isTrue();
      request.reset(8);
      assertThat(left.await(10, TimeUnit.SECONDS)).isTrue();
      ProxyFixture.until(() -> proxy.metrics.scrape().contains("agent=\"slow\",code=\"499\""));
      assertThat(proxy.fleet.failures).isEmpty();
      assertThat(ProxyFixture.await(post(PATH, Buffer.buffer(ADD))).status()).isEqualTo(200);
    }
  }

  @Test
  void foreignNamesAndTooManyHeadersAreRefused() {
    Reply foreign =
        ProxyFixture.await(
            client
                .request(HttpMethod.POST, PATH)
                .compose(
                    request ->
                        request
                            .authority(io.vertx.core.net.HostAndPort.create("evil.example", 443))
                            .putHeader("content-type", "application/json")
                            .send(ADD))
                .compose(head -> head.body().map(text -> new Reply(head, text.toString()))));
    assertThat(foreign.status()).isEqualTo(421);
    String[] many = new String[240];
    for (int i = 0; i < many.length; i += 2) {
      many[i] = "x-" + i;
      many[i + 1] = "1";
    }
    assertThat(ProxyFixture.await(post(PATH, Buffer.buffer(ADD), many)).status()).isEqualTo(431);
    assertThat(ProxyFixture.await(post(PATH, Buffer.buffer(ADD), "content_length", "1")).status())
        .isEqualTo(400);
    assertThat(agent.requests).isEmpty();
  }

  @Test
  void cookiesBecomeOneHeader() {
    Future<Reply> reply =
        client
            .request(HttpMethod.POST, PATH)
            .compose(
                request -> {
                  request.putHeader("content-type", "application/json");
                  request.headers().add("cookie", "a=1").add("cookie", "b=2");
                  return request.send(ADD);
                })
            .compose(head -> head.body().map(text -> new Reply(head, text.toString())));
    assertThat(ProxyFixture.await(reply).status()).isEqualTo(200);
    assertThat(agent.requests.get(0).toLowerCase()).contains("cookie: a=1; b=2\r\n");
  }

  @Test
  void theEndOfTheGatewayEndsStreams() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    try (RawUpstream slow =
        new RawUpstream(
            connection -> {
              connection.read();
              arrived.countDown();
              connection.hang();
            })) {
      proxy.fleet.serve("slow", slow.port());
      Future<Reply> reply = post("/agents/slow/execute", Buffer.buffer(ADD));
      assertThat(arrived.await(10, TimeUnit.SECONDS)).isTrue();
      ProxyFixture.await(proxy.server.close(Duration.ofMillis(10)));
      assertThat(ProxyFixture.await(reply).status()).isEqualTo(503);
    }
  }
}
