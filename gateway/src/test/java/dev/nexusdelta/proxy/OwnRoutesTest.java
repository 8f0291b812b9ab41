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
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An agent's routes beside its tools. */
@Timeout(60)
class OwnRoutesTest {
  private static final String[] ROUTES = {"GET /report", "/files/*", "POST /files/in"};

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

  private void serve(RawUpstream agent, String... routes) {
    proxy.fleet.expose("Math", FakeFleet.limits(Duration.ofSeconds(20)), agent.port(), routes);
  }

  private RawClient.Reply send(String method, String target, String... headers) throws IOException {
    try (RawClient client = proxy.client()) {
      String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
      client.send(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n" + more + "\r\n");
      return method.equals("HEAD")
          ? new RawClient.Reply(200, client.head(), "", true)
          : client.reply();
    }
  }

  @Test
  void passesWhatIsExposed() throws IOException {
    try (RawUpstream agent =
        new RawUpstream(
            connection -> {
              while (connection.read() != null) {
                connection.answer(201, "<p>", "Content-Type: text/html", "ETag: \"1\"");
              }
            })) {
      serve(agent, ROUTES);
      RawClient.Reply reply = send("GET", "/agents/MATH/http/report?a=%20b&c", "Accept: text/html");
      assertThat(reply.status()).isEqualTo(201);
      assertThat(reply.body()).isEqualTo("<p>");
      assertThat(reply.header("content-type")).isEqualTo("text/html");
      assertThat(reply.header("etag")).isEqualTo("\"1\"");
      assertThat(reply.header("x-nexus-replica")).isEqualTo("Math-1");
      assertThat(agent.requests.get(0))
          .startsWith("GET /report?a=%20b&c HTTP/1.1\r\n")
          .containsIgnoringCase("accept: text/html")
          .containsIgnoringCase("x-forwarded-prefix: /agents/math/http")
          .containsIgnoringCase("x-nexus-timeout: ")
          .doesNotContainIgnoringCase("content-length")
          .doesNotContainIgnoringCase("transfer-encoding");
      assertThat(send("OPTIONS", "/agents/math/http/files/").status()).isEqualTo(201);
      assertThat(send("DELETE", "/agents/math/http/files/a%20%C3%A9").status()).isEqualTo(201);
      assertThat(agent.requests.get(2)).startsWith("DELETE /files/a%20%C3%A9 HTTP/1.1\r\n");
      try (RawClient client = proxy.client()) {
        client.send(
            "PUT /agents/math/http/files/a HTTP/1.1\r\nHost: localhost\r\nCookie: a=b\r\n"
                + "Authorization: Bearer x\r\nContent-Type: image/png\r\n"
                + "Content-Length: 3\r\n\r\n\u0089PN");
        assertThat(client.reply().status()).isEqualTo(201);
      }
      assertThat(agent.requests.get(3))
          .containsIgnoringCase("content-type: image/png")
          .containsIgnoringCase("content-length: 3")
          .containsIgnoringCase("cookie: a=b")
          .doesNotContainIgnoringCase("bearer")
          .endsWith("\r\n\u0089PN");
    }
    // Counted once the answer is written, which the caller may have read by then.
    ProxyFixture.until(
        () ->
            proxy
                .metrics
                .scrape()
                .contains("nexus_requests_total{agent=\"math\",code=\"201\",tool=\"_http\"} 4"));
    assertThat(proxy.accessLines()).hasSize(4).allMatch(line -> line.contains("_http"));
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /agents/math/http/reports, 404, not_exposed, ",
    "GET, /agents/math/http/report/, 404, not_exposed, ",
    "GET, /agents/math/http/files, 404, not_exposed, ",
    "GET, /agents/math/http, 404, not_exposed, ",
    "POST, /agents/math/http/report, 405, method_not_allowed, 'GET, HEAD'",
    "GET, /agents/math/http/files/../report, 400, invalid_request, ",
    "GET, /agents/math/http/files/%2e%2e/admin, 400, invalid_request, ",
    "GET, /agents/math/http/files/%2E%2E%2Fadmin, 400, invalid_request, ",
    "GET, /agents/math/http/files%2Fa, 400, invalid_request, ",
    "GET, /agents/math/http/files/..;/admin, 400, invalid_request, ",
    "GET, /agents/math/http/files/%252e%252e/admin, 400, invalid_request, ",
    "GET, /agents/math/http/files//a, 400, invalid_request, ",
    "GET, /agents/math/http/files/a?x#y, 400, invalid_request, ",
    "GET, /agents/none/http/files/a, 404, agent_unknown, ",
    "POST, /agents/math/http/execute, 404, not_exposed, ",
    "TRACE, /agents/math/http/files/a, 501, not_implemented, "
  })
  void passesNothingElse(String method, String target, int status, String code, String allow)
      throws IOException {
    try (RawUpstream agent = RawUpstream.answering("no")) {
      serve(agent, ROUTES);
      RawClient.Reply reply = send(method, target);
      assertThat(reply.status()).isEqualTo(status);
      if (code != null) {
        assertThat(reply.code()).isEqualTo(code);
      }
      assertThat(reply.header("allow")).isEqualTo(allow);
      assertThat(agent.requests).isEmpty();
    }
  }

  @Test
  void saysWhatIsExposed() throws IOException {
    try (RawUpstream agent = RawUpstream.answering("no")) {
      serve(agent, "GET /report", "/files/*");
      assertThat(send("GET", "/agents/math/http/x").json().getString("hint"))
          .isEqualTo(
              "exposed are GET /report, /files/*; others go under expose in"
                  + " agents/math/agent.yaml");
      serve(agent);
      assertThat(send("GET", "/agents/math/http/x").json().getString("hint"))
          .startsWith("list it under expose in agents/math/agent.yaml");
      serve(agent, "/*");
      assertThat(send("GET", "/agents/math/http").status()).isEqualTo(200);
      assertThat(send("GET", "/agents/math/http/execute").code()).isEqualTo("not_exposed");
      assertThat(agent.requests).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\nContent-Length: 5000\r\nETag: \"1\"\r\n\r\n",
        "HTTP/1.1 204 No Content\r\n\r\n",
      })
  void answersToHeadHaveNoBody(String answer) throws IOException {
    try (RawUpstream agent =
        new RawUpstream(
            connection -> {
              while (connection.read() != null) {
                connection.write(answer);
              }
            })) {
      serve(agent, "GET /report");
      try (RawClient client = proxy.client()) {
        for (int i = 0; i < 3; i++) {
          client.send("HEAD /agents/math/http/report HTTP/1.1\r\nHost: localhost\r\n\r\n");
          assertThat(client.head()).startsWith("HTTP/1.1 " + answer.substring(9, 12));
        }
        assertThat(client.get("/agents").reply().status()).isEqualTo(200);
      }
      assertThat(agent.requests).hasSize(3).allMatch(head -> head.startsWith("HEAD /report "));
      if (!answer.contains("chunked")) {
        assertThat(agent.connections()).isEqualTo(1);
      }
      if (answer.contains("200 OK") && answer.contains("Length")) {
        assertThat(send("HEAD", "/agents/math/http/report").header("content-length"))
            .isEqualTo("5000");
      }
    }
  }

  @Test
  void aNotModifiedAnswerHasNoBody() throws IOException {
    try (RawUpstream agent =
        RawUpstream.raw("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\nETag: \"1\"\r\n\r\n")) {
      serve(agent, "GET /report");
      try (RawClient client = proxy.client()) {
        RawClient.Reply reply = client.get("/agents/math/http/report").reply();
        assertThat(reply.status()).isEqualTo(304);
        assertThat(reply.header("etag")).isEqualTo("\"1\"");
        assertThat(client.get("/agents").reply().status()).isEqualTo(200);
      }
    }
  }

  @Test
  void streamsBothWaysAtOnce() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    try (RawUpstream agent =
        new RawUpstream(
            connection -> {
              connection.head();
              connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
              connection.write("3\r\n" + connection.text(8).substring(3, 6) + "\r\n");
              asked.countDown();
              connection.write("3\r\n" + connection.text(8).substring(3, 6) + "\r\n");
              connection.text(5);
              connection.write("0\r\n\r\n");
            })) {
      serve(agent, "/files/*");
      try (RawClient client = proxy.client()) {
        client.send(
            "POST /agents/math/http/files/talk HTTP/1.1\r\nHost: localhost\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
        assertThat(client.head()).startsWith("HTTP/1.1 200");
        assertThat(client.chunk()).isEqualTo("one");
        assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
        client.send("3\r\ntwo\r\n");
        assertThat(client.chunk()).isEqualTo("two");
        client.send("0\r\n\r\n");
        assertThat(client.chunk()).isNull();
      }
    }
  }

  @Test
  void isUnsafeToRepeatAndBounded() throws IOException {
    Manifest.Limits limits =
        new Manifest.Limits(Duration.ofSeconds(2), Duration.ofSeconds(1), 64, 128, 1000);
    try (RawUpstream breaks =
        new RawUpstream(
            connection -> {
              connection.read();
              connection.reset();
            })) {
      proxy.fleet.expose("Math", limits, breaks.port(), "/files/*");
      RawClient.Reply broken = send("GET", "/agents/math/http/files/a");
      assertThat(broken.status()).isEqualTo(502);
      assertThat(broken.code()).isEqualTo("replica_broke");
      assertThat(broken.json().getBoolean("retryable")).isFalse();
      assertThat(breaks.requests).hasSize(1);
      assertThat(
              proxy
                  .post("/agents/math/http/files/a", "x".repeat(1001), "Content-Type: text/plain")
                  .code())
          .isEqualTo("too_large");
    }
    try (RawUpstream silent = new RawUpstream(RawUpstream.Connection::hang)) {
      proxy.fleet.expose("Math", limits, silent.port(), "/files/*");
      assertThat(send("GET", "/agents/math/http/files/a").status()).isEqualTo(504);
    }
  }
}
