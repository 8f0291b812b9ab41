package dev.nexusdelta.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.exchange.RawUpstream;
import dev.nexusdelta.fleet.AgentState;
import dev.nexusdelta.problem.Problem;
import dev.nexusdelta.problem.ProblemCode;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that go well, and what may be asked about agents. */
class ProxyCallsTest {
  private static final String ADD = "{\"tool_name\":\"add\",\"parameters\":{}}";

  @TempDir Path folder;
  private ProxyFixture proxy;

  @BeforeEach
  void open() {
    proxy = new ProxyFixture(folder);
  }

  @AfterEach
  void close() {
    proxy.close();
  }

  @Test
  void passesACallThroughAndSaysHowItWent() throws IOException {
    try (RawUpstream agent = RawUpstream.answering("{\"result\":3}")) {
      proxy.fleet.serve("Math", agent.port());
      RawClient.Reply reply =
          proxy.post(
              "/agents/MATH/execute",
              ADD,
              "X-Request-Id: abc",
              "Authorization: Bearer secret",
              "Connection: X-Hop",
              "X-Hop: 1",
              "X-Own: 2",
              "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
              "X-Nexus-Timeout: 5s");
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.body()).isEqualTo("{\"result\":3}");
      assertThat(reply.header("x-request-id")).isEqualTo("abc");
      assertThat(reply.header("x-nexus-replica")).isEqualTo("Math-1");
      assertThat(reply.header("x-nexus-attempts")).isNull();
      assertThat(reply.header("server-timing"))
          .matches("gw;dur=\\d+\\.\\d{3}, agent;dur=\\d+\\.\\d{3}");
      assertThat(agent.requests.get(0))
          .contains("X-Request-Id: abc", "X-Nexus-Replica: Math-1", "X-Own: 2")
          .contains("traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
          .containsPattern("X-Nexus-Timeout: (4[0-9]{3}|5000)ms")
          .doesNotContain("secret", "X-Hop")
          .endsWith("\r\n\r\n" + ADD);
    }
  }

  @Test
  void wrapsParametersOfATool() throws IOException {
    try (RawUpstream agent = RawUpstream.answering("{}")) {
      proxy.fleet.serve("math", agent.port());
      assertThat(proxy.post("/agents/math/tools/add", "{\"a\":1}").status()).isEqualTo(200);
      assertThat(agent.requests.get(0))
          .endsWith("{\"tool_name\":\"add\",\"parameters\":{\"a\":1}}");
      assertThat(proxy.post("/agents/math/tools/add", "").status()).isEqualTo(200);
      assertThat(agent.requests.get(1)).endsWith("{\"tool_name\":\"add\",\"parameters\":{}}");
      RawClient.Reply unknown = proxy.post("/agents/math/tools/ad", "{}");
      assertThat(unknown.status()).isEqualTo(404);
      assertThat(unknown.code()).isEqualTo("tool_unknown");
      assertThat(unknown.json().getString("hint")).contains("add");
      assertThat(proxy.post("/agents/math/tools/add", "[1]").code()).isEqualTo("invalid_request");
    }
  }

  @Test
  void streamsLargeBodiesBothWays() throws IOException {
    String large = "x".repeat(3 << 20);
    try (RawUpstream agent =
        new RawUpstream(
            connection -> {
              while (connection.read() != null) {
                connection.answer(200, large);
              }
            })) {
      proxy.fleet.serve("math", agent.port());
      String body = "{\"tool_name\":\"add\",\"x\":\"" + large + "\"}";
      try (RawClient client = proxy.client()) {
        for (int i = 0; i < 3; i++) {
          RawClient.Reply reply = client.post("/agents/math/execute", body).reply();
          assertThat(reply.status()).isEqualTo(200);
          assertThat(reply.body().equals(large)).isTrue();
          assertThat(agent.requests.get(i).endsWith(body)).isTrue();
        }
      }
      assertThat(proxy.post("/agents/math/tools/add", "{\"x\":\"" + large + "\"}").status())
          .isEqualTo(200);
      assertThat(
              agent
                  .requests
                  .get(3)
                  .endsWith("{\"tool_name\":\"add\",\"parameters\":{\"x\":\"" + large + "\"}}"))
          .isTrue();
    }
  }

  @Test
  void takesChunkedBodies() throws IOException {
    try (RawUpstream agent = RawUpstream.answering("ok")) {
      proxy.fleet.serve("math", agent.port());
      try (RawClient client = proxy.client()) {
        client.send(
            "POST /agents/math/execute HTTP/1.1\r\nHost: localhost\r\n"
                + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "5\r\n{\"a\":\r\n2;ext=1\r\n1}\r\n0\r\nX-Trailer: 1\r\n\r\n");
        assertThat(client.reply().status()).isEqualTo(200);
        assertThat(agent.requests.get(0))
            .endsWith("{\"a\":1}")
            .containsIgnoringCase("content-length: 7")
            .doesNotContainIgnoringCase("chunked");
        String rest = "\"" + "y".repeat(100_000) + "\"";
        client.send(
            "POST /agents/math/execute HTTP/1.1\r\nHost: localhost\r\n"
                + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                + Integer.toHexString(rest.length())
                + "\r\n"
                + rest
                + "\r\n0\r\n\r\n");
        assertThat(client.reply().status()).isEqualTo(200);
        assertThat(agent.requests.get(1)).contains("chunked");
        assertThat(agent.requests.get(1).endsWith(rest)).isTrue();
      }
    }
  }

  @Test
  void spreadsCallsInTurn() throws IOException {
    AtomicInteger[] counts = {new AtomicInteger(), new AtomicInteger(), new AtomicInteger()};
    RawUpstream[] agents = new RawUpstream[3];
    for (int i = 0; i < 3; i++) {
      AtomicInteger count = counts[i];
      agents[i] =
          new RawUpstream(
              connection -> {
                while (connection.read() != null) {
                  count.incrementAndGet();
                  connection.answer(200, "ok");
                }
              });
    }
    proxy.fleet.serve("math", agents[0].port(), agents[1].port(), agents[2].port());
    try (RawClient client = proxy.client()) {
      for (int i = 0; i < 30; i++) {
        assertThat(client.post("/agents/math/execute", ADD).reply().status()).isEqualTo(200);
      }
    }
    for (int i = 0; i < 3; i++) {
      assertThat(counts[i].get()).isEqualTo(10);
      agents[i].close();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 404, 422, 429, 500, 502, 503, 504})
  void passesAnAgentsOwnFailuresUnchanged(int status) throws IOException {
    try (RawUpstream agent =
        new RawUpstream(
            connection -> {
              while (connection.read() != null) {
                connection.answer(status, "own", "Retry-After: 7", "X-Nexus-Tool-Error: x");
              }
            })) {
      proxy.fleet.serve("math", agent.port());
      RawClient.Reply reply = proxy.post("/agents/math/execute", "{\"tool_name\":\"look\"}");
      assertThat(reply.status()).isEqualTo(status);
      assertThat(reply.body()).isEqualTo("own");
      assertThat(reply.header("retry-after")).isEqualTo("7");
      assertThat(reply.header("proxy-status")).isNull();
      assertThat(agent.requests).hasSize(1);
    }
  }

  @Test
  void streamsServerSentEventsAsTheyCome() throws IOException {
    CountDownLatch next = new CountDownLatch(1);
    try (RawUpstream agent =
        new RawUpstream(
            connection -> {
              connection.read();
              connection.write(
                  "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                      + "Transfer-Encoding: chunked\r\n\r\n6\r\ndata1\n\r\n");
              try {
                next.await(10, TimeUnit.SECONDS);
              } catch (InterruptedException e) {
                throw new IOException(e);
              }
              connection.write("6\r\ndata2\n\r\n0\r\n\r\n");
            })) {
      proxy.fleet.serve("math", FakeFleet.limits(Duration.ofMillis(300)), agent.port());
      try (RawClient client = proxy.client()) {
        client.post("/agents/math/execute", ADD);
        assertThat(client.head()).contains("200").contains("text/event-stream");
        assertThat(client.chunk()).isEqualTo("data1\n");
        // Beyond the deadline, which bounds a stream only up to its head.
        proxy.post("/agents/none/execute", ADD);
        next.countDown();
        assertThat(client.chunk()).isEqualTo("data2\n");
        assertThat(client.chunk()).isNull();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1", "HTTP/1.0"})
  void tellsTheHeadOfAStreamBeforeItsFirstEvent(String version) throws IOException {
    CountDownLatch first = new CountDownLatch(1);
    try (RawUpstream agent =
        new RawUpstream(
            connection -> {
              connection.read();
              connection.write(
                  "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                      + "Transfer-Encoding: chunked\r\n\r\n");
              try {
                if (!first.await(10, TimeUnit.SECONDS)) {
                  return;
                }
              } catch (InterruptedException e) {
                throw new IOException(e);
              }
              connection.write("6\r\ndata1\n\r\n0\r\n\r\n");
            })) {
      proxy.fleet.serve("math", agent.port());
      try (RawClient client = proxy.client()) {
        client.send(
            "POST /agents/math/execute "
                + version
                + "\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: 2\r\n\r\n{}");
        assertThat(client.head()).contains("200").contains("text/event-stream");
        first.countDown();
        if (version.equals("HTTP/1.1")) {
          assertThat(client.chunk()).isEqualTo("data1\n");
          assertThat(client.chunk()).isNull();
        } else {
          assertThat(client.rest()).isEqualTo("data1\n");
        }
      }
    }
  }

  @Test
  void answersCallersOfTheOldVersion() throws IOException {
    try (RawUpstream agent =
        RawUpstream.raw(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n")) {
      proxy.fleet.serve("math", agent.port());
      try (RawClient client = proxy.client()) {
        client.send(
            "POST /agents/math/execute HTTP/1.0\r\nHost: localhost\r\n"
                + "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
        RawClient.Reply reply = client.reply();
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.head()).doesNotContainIgnoringCase("chunked");
        assertThat(reply.body()).isEqualTo("ab");
      }
    }
  }

  @Test
  void listsAgentsAndTools() throws IOException {
    proxy.fleet.serve("Text", 1);
    proxy.fleet.serve("Math", 1);
    JsonObject agents = proxy.get("/agents").json();
    assertThat(agents.getJsonArray("agents").getJsonObject(0).encode())
        .isEqualTo(
            "{\"name\":\"Math\",\"description\":\"An agent\",\"state\":\"healthy\","
                + "\"endpoint\":\"/agents/math/execute\"}");
    JsonObject tool = proxy.get("/agents/math/tools").json().getJsonArray("tools").getJsonObject(0);
    assertThat(tool.getString("name")).isEqualTo("add");
    assertThat(tool.getJsonObject("inputSchema").getString("type")).isEqualTo("object");
    assertThat(tool.getBoolean("idempotent")).isFalse();
    try (RawClient client = proxy.client()) {
      client.send("HEAD /agents HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(client.head()).contains("200").containsPattern("(?i)content-length: [1-9]");
      assertThat(client.get("/agents/math/health").reply().json().getString("status"))
          .isEqualTo("healthy");
    }
  }

  @Test
  void tellsAnAgentsHealth() throws IOException {
    proxy.fleet.show(
        "idle",
        FakeFleet.limits(Duration.ofSeconds(1)),
        AgentState.IDLE,
        List.of(),
        0,
        Optional.empty());
    proxy.fleet.show(
        "bad",
        FakeFleet.limits(Duration.ofSeconds(1)),
        AgentState.FAILED,
        List.of(),
        0,
        Optional.of(Problem.of(ProblemCode.START_FAILED, "exit code 3")));
    proxy.fleet.show(
        "new",
        FakeFleet.limits(Duration.ofSeconds(1)),
        AgentState.STARTING,
        List.of(),
        0,
        Optional.empty());
    assertThat(proxy.get("/agents/idle/health").json().getString("status")).isEqualTo("idle");
    RawClient.Reply bad = proxy.get("/agents/bad/health");
    assertThat(bad.status()).isEqualTo(503);
    assertThat(bad.code()).isEqualTo("start_failed");
    assertThat(proxy.get("/agents/new/health").code()).isEqualTo("no_healthy_replica");
  }

  @Test
  void namesTheNearestAgent() throws IOException {
    proxy.fleet.serve("Math", 1);
    RawClient.Reply reply = proxy.post("/agents/mahT/execute", ADD);
    assertThat(reply.status()).isEqualTo(404);
    JsonObject problem = reply.json();
    assertThat(problem.getString("code")).isEqualTo("agent_unknown");
    assertThat(problem.getString("hint")).contains("math");
    assertThat(problem.getString("instance")).isEqualTo("/agents/mahT/execute");
    assertThat(problem.getString("requestId")).isEqualTo(reply.header("x-request-id"));
    assertThat(reply.header("proxy-status")).isEqualTo("nexus; error=destination_not_found");
    assertThat(reply.header("content-type")).isEqualTo("application/problem+json");
  }

  @Test
  void leavesEverythingElseToTheControlPlane() throws IOException {
    assertThat(proxy.get("/livez").body()).isEqualTo("control /livez");
    assertThat(proxy.get("/agents/math/mcp").body()).isEqualTo("control /agents/math/mcp");
  }

  @Test
  void recordsCallsWithBoundedLabels() throws IOException {
    try (RawUpstream agent = RawUpstream.answering("four")) {
      proxy.fleet.serve("Math", agent.port());
      // One connection stays on one event loop, which keeps the order of the log.
      try (RawClient client = proxy.client()) {
        client.post("/agents/math/execute", ADD).reply();
        client.post("/agents/math/execute", "{\"tool_name\":\"made-up\"}").reply();
        client.post("/agents/made-up/execute", ADD).reply();
      }
    }
    ProxyFixture.until(
        () -> proxy.metrics.scrape().contains("nexus_requests_in_flight{agent=\"math\"} 0.0"));
    String metrics = proxy.metrics.scrape();
    assertThat(metrics)
        .contains("nexus_requests_total{agent=\"math\",code=\"200\",tool=\"add\"} 1.0")
        .contains("nexus_requests_total{agent=\"math\",code=\"200\",tool=\"_other\"} 1.0")
        .contains("nexus_requests_total{agent=\"_other\",code=\"404\",tool=\"_other\"} 1.0")
        .contains("nexus_requests_in_flight{agent=\"math\"} 0.0")
        .doesNotContain("made-up");
    JsonObject line = new JsonObject(proxy.accessLines().get(0));
    assertThat(line.getString("agent")).isEqualTo("Math");
    assertThat(line.getString("tool")).isEqualTo("add");
    assertThat(line.getString("replica")).isEqualTo("Math-1");
    assertThat(line.getInteger("status")).isEqualTo(200);
    assertThat(line.getInteger("bytesIn")).isEqualTo(ADD.length());
    assertThat(line.getInteger("bytesOut")).isEqualTo(4);
    assertThat(line.getString("remote")).startsWith("127.0.0.1:");
  }
}
