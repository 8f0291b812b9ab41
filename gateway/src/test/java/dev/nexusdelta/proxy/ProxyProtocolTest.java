package dev.nexusdelta.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.exchange.RawUpstream;
import dev.nexusdelta.manifest.Manifest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What callers do wrong, and that no agent ever sees it. */
class ProxyProtocolTest {
  private static final String PATH = "/agents/math/execute";
  private static final String POST = "POST " + PATH + " HTTP/1.1\r\n";
  private static final String HOST = "Host: localhost\r\n";
  private static final String JSON = "Content-Type: application/json\r\n";
  private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";

  @TempDir Path folder;
  private ProxyFixture proxy;
  private RawUpstream agent;

  @BeforeEach
  void open() {
    proxy = new ProxyFixture(folder, 0, 2, Duration.ofSeconds(60), Duration.ofMillis(500));
    agent = RawUpstream.answering("ok");
    Manifest.Limits limits =
        new Manifest.Limits(Duration.ofSeconds(20), Duration.ofSeconds(20), 64, 128, 100_000);
    proxy.fleet.serve("math", limits, agent.port());
  }

  @AfterEach
  void close() {
    proxy.close();
    agent.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        POST + JSON + "Content-Length: 2\r\n\r\n{}",
        POST + HOST + HOST + JSON + "Content-Length: 2\r\n\r\n{}",
        POST + HOST + "Host: evil\r\n" + JSON + "Content-Length: 2\r\n\r\n{}",
        POST + HOST + JSON + "Content-Length: 2\r\n" + CHUNKED + "\r\n2\r\n{}\r\n0\r\n\r\n",
        POST + HOST + JSON + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} ",
        POST + HOST + JSON + "Content-Length: +2\r\n\r\n{}",
        POST + HOST + JSON + "Content-Length: -2\r\n\r\n{}",
        POST + HOST + JSON + "Content-Length: 0x2\r\n\r\n{}",
        POST + HOST + JSON + "Content-Length: 2,3\r\n\r\n{}",
        POST + HOST + JSON + "Content-Length: 99999999999999999999\r\n\r\n{}",
        POST + HOST + JSON + "Content_Length: 2\r\n\r\n{}",
        POST + HOST + JSON + "Transfer-Encoding: xchunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        POST + HOST + JSON + "Transfer-Encoding: chunked, xchunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        POST + HOST + JSON + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n",
        POST + HOST + JSON + "Transfer-Encoding:\r\n chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        POST + HOST + JSON + "X-A: 1\r\n 2\r\nContent-Length: 2\r\n\r\n{}",
        POST + HOST + JSON + "X-A: 1\r\n\t2\r\nContent-Length: 2\r\n\r\n{}",
        POST + HOST + JSON + "Content-Length : 2\r\n\r\n{}",
        POST + HOST + JSON + "X-A: a\0b\r\nContent-Length: 2\r\n\r\n{}",
        POST + HOST + JSON + "X A: 1\r\nContent-Length: 2\r\n\r\n{}",
        "POST " + PATH + " HTTP/1.0\r\n" + HOST + JSON + CHUNKED + "\r\n2\r\n{}\r\n0\r\n\r\n",
        "POST http://evil/agents/math/execute HTTP/1.1\r\n" + HOST + JSON + "\r\n",
        "POST /agents/math/exe\0cute HTTP/1.1\r\n" + HOST + JSON + "\r\n",
        POST + HOST + JSON + CHUNKED + "\r\n2\r\n{}\r\n0\r\nContent-Length: 3\r\n\r\n",
        POST + HOST + JSON + CHUNKED + "\r\n2\r\n{}\r\n0\r\nHost: evil\r\n\r\n",
        POST + HOST + JSON + CHUNKED + "\r\n2\r\n{}\r\n0\r\nAuthorization: x\r\n\r\n",
        POST + HOST + JSON + CHUNKED + "\r\n+2\r\n{}\r\n0\r\n\r\n",
        POST + HOST + JSON + CHUNKED + "\r\n0x2\r\n{}\r\n0\r\n\r\n",
        POST + HOST + JSON + CHUNKED + "\r\n2_\r\n{}\r\n0\r\n\r\n",
        POST + HOST + JSON + CHUNKED + "\r\nfffffffffffffffff\r\n{}\r\n0\r\n\r\n",
        POST + HOST + JSON + CHUNKED + "\r\n2\r\n{}XX0\r\n\r\n",
        POST + HOST + JSON + "Transfer-Encoding: chunked ,\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        POST + HOST + JSON + "Transfer-Encoding: ,chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        POST + HOST + JSON + "Transfer-Encoding: chunked, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        POST + HOST + JSON + "Transfer-Encoding: xchunked, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        POST + HOST + JSON + "Transfer-Encoding: \013chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        POST + HOST + JSON + "Transfer-Encoding: \014chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        POST + HOST + JSON + "Transfer-Encoding: chunked\013\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        POST + HOST + JSON + "Transfer-Encoding: \"chunked\"\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        POST + HOST + JSON + "Transfer-Encoding:\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        POST + HOST + JSON + CHUNKED + CHUNKED + "\r\n2\r\n{}\r\n0\r\n\r\n",
        POST + HOST + JSON + "Transfer_Encoding: chunked\r\nContent-Length: 2\r\n\r\n{}",
        POST + HOST + JSON + CHUNKED + "Content-Length: 0\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        POST + HOST + JSON + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
        POST + HOST + JSON + "Content-Length: 2, 2\r\n\r\n{}",
        POST + HOST + JSON + "Content-Length: 2 2\r\n\r\n{}",
        POST + HOST + JSON + "Content-Length: 2.0\r\n\r\n{}",
        POST + HOST + JSON + "Content-Length: \r\n\r\n{}",
        POST + HOST + JSON + "Content-Length: 9223372036854775808\r\n\r\n{}",
        POST + HOST + JSON + "Content-Length: \u0662\r\n\r\n{}",
        POST + HOST + JSON + "Content-Length\t: 2\r\n\r\n{}",
        POST + HOST + JSON + "X-A: a\rb\r\nContent-Length: 2\r\n\r\n{}",
        POST + HOST + JSON + "X-A: 1\rContent-Length: 2\r\n\r\n{}",
        POST + HOST + JSON + ": empty\r\nContent-Length: 2\r\n\r\n{}",
        POST + HOST + JSON + "no colon\r\nContent-Length: 2\r\n\r\n{}",
        POST + HOST + JSON + "X(A): 1\r\nContent-Length: 2\r\n\r\n{}",
        POST + HOST + JSON + "X\u00e9: 1\r\nContent-Length: 2\r\n\r\n{}",
        POST + HOST + JSON + ":path: /x\r\nContent-Length: 2\r\n\r\n{}",
        POST + " " + HOST + JSON + "Content-Length: 2\r\n\r\n{}",
        POST + "Host: localhost, evil\r\n" + JSON + "Content-Length: 2\r\n\r\n{}",
        POST + "Host: user@localhost\r\n" + JSON + "Content-Length: 2\r\n\r\n{}",
        POST + HOST + JSON + CHUNKED + "\r\n2\n{}\r\n0\r\n\r\n",
        POST + HOST + JSON + CHUNKED + "\r\n2;a\n{}\r\n0\r\n\r\n",
        POST + HOST + JSON + CHUNKED + "\r\n2;a=\"\r\n{}\r\n0\r\n\r\n\"",
        POST + HOST + JSON + CHUNKED + "\r\n2\r{}\r\n0\r\n\r\n",
        POST + HOST + JSON + CHUNKED + "\r\n 2\r\n{}\r\n0\r\n\r\n",
        POST + HOST + JSON + CHUNKED + "\r\n2 \r\n{}\r\n0\r\n\r\n",
        POST + HOST + JSON + CHUNKED + "\r\n-2\r\n{}\r\n0\r\n\r\n",
        POST + HOST + JSON + CHUNKED + "\r\n\r\n{}\r\n0\r\n\r\n",
        POST + HOST + JSON + CHUNKED + "\r\n2\r\n{}\n0\r\n\r\n",
        POST + HOST + JSON + CHUNKED + "\r\n2\r\n{}0\r\n\r\n",
        POST + HOST + JSON + CHUNKED + "\r\n100000000\r\n{}\r\n0\r\n\r\n",
        POST + HOST + JSON + CHUNKED + "\r\n8000000000000000\r\n{}\r\n0\r\n\r\n",
        POST + HOST + JSON + CHUNKED + "\r\n2\r\n{}\r\n0\r\nTransfer-Encoding: x\r\n\r\n",
        POST + HOST + JSON + CHUNKED + "\r\n2\r\n{}\r\n0\r\nContent_Length: 3\r\n\r\n",
        POST + HOST + JSON + CHUNKED + "\r\n2\r\n{}\r\n0\r\n folded: 3\r\n\r\n",
        "\0" + POST + HOST + JSON + "Content-Length: 2\r\n\r\n{}",
        "\u0001" + POST + HOST + JSON + "Content-Length: 2\r\n\r\n{}",
        "POST\t" + PATH + "\tHTTP/1.1\r\n" + HOST + JSON + "Content-Length: 2\r\n\r\n{}",
        "POST " + PATH + " HTTP/1.1 \r\n" + HOST + JSON + "Content-Length: 2\r\n\r\n{}",
        "POST " + PATH + " x HTTP/1.1\r\n" + HOST + JSON + "Content-Length: 2\r\n\r\n{}",
        "POST " + PATH + " HTTP/1.2\r\n" + HOST + JSON + "Content-Length: 2\r\n\r\n{}",
        "POST " + PATH + " HTTP/2.0\r\n" + HOST + JSON + "Content-Length: 2\r\n\r\n{}",
        "POST " + PATH + " http/1.1\r\n" + HOST + JSON + "Content-Length: 2\r\n\r\n{}",
        "POST " + PATH + "\r\n" + HOST + JSON + "Content-Length: 2\r\n\r\n{}",
        "POST " + PATH + "#x HTTP/1.1\r\n" + HOST + JSON + "Content-Length: 2\r\n\r\n{}",
        "POST " + PATH + "?\u00e9 HTTP/1.1\r\n" + HOST + JSON + "Content-Length: 2\r\n\r\n{}",
        "POST " + PATH + "?\u007f HTTP/1.1\r\n" + HOST + JSON + "Content-Length: 2\r\n\r\n{}",
        "POST agents/math/execute HTTP/1.1\r\n" + HOST + JSON + "Content-Length: 2\r\n\r\n{}",
        "POST http://localhost@evil" + PATH + " HTTP/1.1\r\n" + HOST + JSON + "\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
      })
  void refusesWhatCouldBeReadInTwoWaysAndCloses(String bytes) throws IOException {
    try (RawClient client = proxy.client()) {
      client.send(bytes);
      RawClient.Reply reply = client.reply();
      assertThat(reply.status()).isEqualTo(400);
      assertThat(reply.code()).isEqualTo("invalid_request");
      assertThat(reply.header("content-type")).isEqualTo("application/problem+json");
      assertThat(client.isEnded()).isTrue();
    }
    assertThat(agent.requests).isEmpty();
  }

  @Test
  void aFoldIsSeenWhereverTheBytesAreSplit() throws IOException {
    String bytes = POST + HOST + "X-A: 1\r\n 2\r\n" + JSON + "Content-Length: 2\r\n\r\n{}";
    for (int split = 60; split < 85; split++) {
      try (RawClient client = proxy.client()) {
        client.send(bytes.substring(0, split));
        client.send(bytes.substring(split));
        assertThat(client.reply().status()).isEqualTo(400);
        assertThat(client.isEnded()).isTrue();
      }
    }
    assertThat(agent.requests).isEmpty();
  }

  @Test
  void aSmuggledRequestIsNotServed() throws IOException {
    try (RawClient client = proxy.client()) {
      client.send(
          POST
              + HOST
              + JSON
              + "Content-Length: 4\r\n"
              + CHUNKED
              + "\r\n0\r\n\r\n"
              + POST
              + HOST
              + JSON
              + "Content-Length: 2\r\n\r\n{}");
      assertThat(client.reply().status()).isEqualTo(400);
      assertThat(client.isEnded()).isTrue();
    }
    assertThat(agent.requests).isEmpty();
  }

  @Test
  void aBadChunkInALargeBodyIsRefusedAndTheAgentSeesNoWholeRequest() throws IOException {
    try (RawClient client = proxy.client()) {
      client.send(
          POST + HOST + JSON + CHUNKED + "\r\n11170\r\n" + "x".repeat(70_000) + "\r\nzz\r\n");
      assertThat(client.reply().status()).isEqualTo(400);
      assertThat(client.isEnded()).isTrue();
    }
    assertThat(agent.requests).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /agents/math/execute, 405, POST",
    "POST, /agents, 405, 'GET, HEAD'",
    "DELETE, /agents/math/health, 405, 'GET, HEAD'",
    "TRACE, /agents, 501, ",
    "BREW, /agents, 501, ",
    "GET, /agents/%2e%2e/admin, 400, ",
    "GET, /agents/a%2Fb/tools, 400, ",
    "GET, /agents/a%00/tools, 400, ",
    "GET, /agents/../api, 400, ",
    "GET, /agents/a_b/tools, 400, ",
    "GET, /agents/a;x/tools, 400, ",
    "GET, /agents//tools, 400, ",
    "GET, /agents/nobody/tools, 404, "
  })
  void refusesMethodsAndPaths(String method, String path, int status, String allow)
      throws IOException {
    try (RawClient client = proxy.client()) {
      client.send(method + " " + path + " HTTP/1.1\r\n" + HOST + "\r\n");
      RawClient.Reply reply = client.reply();
      assertThat(reply.status()).isEqualTo(status);
      assertThat(reply.header("allow")).isEqualTo(allow);
      assertThat(reply.json().getInteger("status")).isEqualTo(status);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Host: evil.example, 421",
    "Host: localhost:1234, 200",
    "Host: [::1], 200",
    "'Host: localhost\r\nOrigin: http://evil.example', 403",
    "'Host: localhost\r\nOrigin: http://localhost', 200"
  })
  void servesOnlyLocalNamesAndPages(String headers, int status) throws IOException {
    try (RawClient client = proxy.client()) {
      client.send(POST + headers + "\r\n" + JSON + "Content-Length: 2\r\n\r\n{}");
      assertThat(client.reply().status()).isEqualTo(status);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'', 415",
    "'Content-Type: text/plain', 415",
    "'Content-Type: application/x-www-form-urlencoded', 415",
    "'Content-Type: application/jsonx', 415",
    "'Content-Type: Application/JSON; charset=utf-8', 200",
    "'Content-Type: application/json\r\nX-Nexus-Timeout: soon', 400",
    "'Content-Type: application/json\r\nExpect: 200-ok', 417"
  })
  void wantsJson(String headers, int status) throws IOException {
    try (RawClient client = proxy.client()) {
      client.send(
          POST
              + HOST
              + (headers.isEmpty() ? "" : headers + "\r\n")
              + "Content-Length: 2\r\n\r\n{}");
      assertThat(client.reply().status()).isEqualTo(status);
    }
  }

  @Test
  void refusesOtherTransferEncodings() throws IOException {
    try (RawClient client = proxy.client()) {
      client.send(
          POST + HOST + JSON + "Transfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n");
      assertThat(client.reply().status()).isEqualTo(501);
      assertThat(client.isEnded()).isTrue();
    }
    assertThat(agent.requests).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 90_000})
  void aBodyThatDoesNotComeIsTheCallersFault(int declared) throws IOException {
    try (RawClient client = proxy.client()) {
      client.send(
          POST
              + HOST
              + JSON
              + "X-Nexus-Timeout: 300ms\r\nContent-Length: "
              + declared
              + "\r\n\r\n{\"a\":");
      RawClient.Reply reply = client.reply();
      assertThat(reply.status()).isEqualTo(408);
      assertThat(reply.code()).isEqualTo("request_timeout");
      assertThat(client.isEnded()).isTrue();
    }
    assertThat(agent.requests).isEmpty();
    assertThat(proxy.fleet.failures).isEmpty();
  }

  @Test
  void saysWhereAMalformedBodyIsWrong() throws IOException {
    RawClient.Reply reply = proxy.post(PATH, "{\"a\":\n tru}");
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.code()).isEqualTo("invalid_request");
    assertThat(reply.json().getString("detail")).contains("line 2, column");
    assertThat(proxy.post(PATH, "[".repeat(60_000)).status()).isEqualTo(400);
    assertThat(proxy.post(PATH, "").status()).isEqualTo(400);
    try (RawClient client = proxy.client()) {
      client.send(POST + HOST + JSON + "\r\n");
      assertThat(client.reply().status()).isEqualTo(400);
      assertThat(client.get("/agents").reply().status()).isEqualTo(200);
    }
    assertThat(agent.requests).isEmpty();
  }

  @Test
  void boundsBodies() throws IOException {
    try (RawClient client = proxy.client()) {
      client.send(POST + HOST + JSON + "Content-Length: 100001\r\n\r\n");
      RawClient.Reply reply = client.reply();
      assertThat(reply.status()).isEqualTo(413);
      assertThat(reply.code()).isEqualTo("too_large");
      assertThat(reply.header("connection")).isEqualTo("close");
      assertThat(client.isEnded()).isTrue();
    }
    try (RawClient client = proxy.client()) {
      client.send(POST + HOST + JSON + CHUNKED + "\r\n");
      String chunk = "1000\r\n" + "x".repeat(4096) + "\r\n";
      for (int i = 0; i < 25; i++) {
        client.send(chunk);
      }
      RawClient.Reply reply = client.reply();
      assertThat(reply.status()).isEqualTo(413);
      assertThat(client.isEnded()).isTrue();
    }
    assertThat(agent.requests).isEmpty();
  }

  @Test
  void boundsHeads() throws IOException {
    try (RawClient client = proxy.client()) {
      client.send("GET /" + "a".repeat(20_000) + " HTTP/1.1\r\n" + HOST + "\r\n");
      assertThat(client.reply().status()).isEqualTo(414);
    }
    try (RawClient client = proxy.client()) {
      client.send("GET /agents HTTP/1.1\r\n" + HOST + "X: " + "a".repeat(40_000) + "\r\n\r\n");
      assertThat(client.reply().status()).isEqualTo(431);
    }
    try (RawClient client = proxy.client()) {
      client.send("GET /agents HTTP/1.1\r\n" + HOST + "X: 1\r\n".repeat(120) + "\r\n");
      assertThat(client.reply().status()).isEqualTo(431);
      assertThat(client.isEnded()).isTrue();
    }
  }

  @Test
  void aHeadThatTakesTooLongIsRefused() throws IOException {
    try (RawClient client = proxy.client()) {
      client.send("GET /agents HTTP/1.1\r\nHost: loc");
      RawClient.Reply reply = client.reply();
      assertThat(reply.status()).isEqualTo(408);
      assertThat(reply.code()).isEqualTo("request_timeout");
      assertThat(client.isEnded()).isTrue();
    }
  }

  @Test
  void meetsTheExpectationToContinue() throws IOException {
    try (RawClient client = proxy.client()) {
      client.send(POST + HOST + JSON + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
      assertThat(client.anyReply().status()).isEqualTo(100);
      client.send("{}");
      assertThat(client.anyReply().status()).isEqualTo(200);
      assertThat(agent.requests.get(0)).doesNotContainIgnoringCase("expect");
      client.send(POST + HOST + JSON + "Expect: 100-continue\r\nContent-Length: 200000\r\n\r\n");
      assertThat(client.anyReply().status()).isEqualTo(413);
      assertThat(client.isEnded()).isTrue();
    }
  }

  @Test
  void answersPipelinedRequestsInOrder() throws IOException {
    try (RawClient client = proxy.client()) {
      StringBuilder many = new StringBuilder();
      for (int i = 0; i < 5; i++) {
        many.append(POST + HOST + JSON)
            .append("X-Request-Id: r")
            .append(i)
            .append("\r\nContent-Length: 2\r\n\r\n{}");
      }
      client.send(many.toString());
      for (int i = 0; i < 5; i++) {
        RawClient.Reply reply = client.reply();
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("x-request-id")).isEqualTo("r" + i);
      }
    }
  }

  @Test
  void aCallerThatEndsItsSideStillGetsItsAnswer() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    try (RawUpstream slow = waiting(arrived, go)) {
      proxy.fleet.serve("slow", slow.port());
      try (RawClient client = proxy.client()) {
        client.post("/agents/slow/execute", "{}");
        client.finish();
        assertThat(arrived.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(client.anyReply().status()).isEqualTo(100);
        go.countDown();
        RawClient.Reply reply = client.reply();
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body()).isEqualTo("late");
        assertThat(client.isEnded()).isTrue();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aCallerThatLeavesEndsTheCallAtTheAgent(boolean reset) throws Exception {
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
      try (RawClient client = proxy.client()) {
        client.post("/agents/slow/execute", "{\"tool_name\":\"look\"}");
        assertThat(arrived.await(10, TimeUnit.SECONDS)).isTrue();
        if (reset) {
          client.reset();
        }
      }
      assertThat(left.await(10, TimeUnit.SECONDS)).isTrue();
      ProxyFixture.until(
          () ->
              proxy
                  .metrics
                  .scrape()
                  .contains("nexus_requests_total{agent=\"slow\",code=\"499\",tool=\"look\"} 1.0"));
      assertThat(slow.requests).hasSize(1);
      assertThat(proxy.fleet.failures).isEmpty();
    }
  }

  @Test
  void aCallerThatLeavesWithinItsBodyIsForgotten() throws IOException {
    try (RawClient client = proxy.client()) {
      client.send(POST + HOST + JSON + "Content-Length: 10\r\n\r\n{}");
    }
    ProxyFixture.until(() -> proxy.metrics.scrape().contains("code=\"499\""));
    assertThat(agent.requests).isEmpty();
  }

  @Test
  void aCallersParametersCannotNameAnotherTool() throws IOException {
    String evil = "{\"a\":1},\"tool_name\":\"set\"";
    assertThat(proxy.post("/agents/math/tools/add", evil).status()).isEqualTo(400);
    String large = "{\"a\":\"" + "x".repeat(70_000) + "\"},\"tool_name\":\"set\"";
    assertThat(proxy.post("/agents/math/tools/add", large).status()).isEqualTo(400);
    assertThat(agent.requests).isEmpty();
  }

  private static RawUpstream waiting(CountDownLatch arrived, CountDownLatch go) {
    return new RawUpstream(
        connection -> {
          while (connection.read() != null) {
            arrived.countDown();
            try {
              go.await(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
            connection.answer(200, "late");
          }
        });
  }
}
