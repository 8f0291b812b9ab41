package dev.nexusdelta.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.agent.http.Wire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
final class AgentHttpTest {
  private static final String ECHO = "{\"tool_name\":\"echo\",\"parameters\":{\"text\":\"%s\"}}";
  private static final String WAIT = "{\"tool_name\":\"wait\"}";

  /** Tools that a test can hold. */
  public static final class Held implements AutoCloseable {
    final CountDownLatch entered = new CountDownLatch(80);
    final CountDownLatch oneEntered = new CountDownLatch(1);
    final CountDownLatch open = new CountDownLatch(1);
    final CountDownLatch closed = new CountDownLatch(1);

    @Tool(name = "wait")
    public String waitUntilOpen() throws InterruptedException {
      oneEntered.countDown();
      entered.countDown();
      return open.await(60, TimeUnit.SECONDS) ? "opened" : "gave up";
    }

    @Tool
    public String echo(String text, ToolContext context) {
      return text + " " + context.requestId() + " " + context.traceparent().orElse("");
    }

    @Override
    public void close() {
      closed.countDown();
    }
  }

  private final Held held = new Held();
  private final ExecutorService callers = Executors.newCachedThreadPool();
  private RunningAgent agent;

  @BeforeEach
  void start() {
    agent =
        AgentBuilder.of(held)
            .environment(Map.of("PORT", "0", "AGENT_REPLICA", "r1", "AGENT_MAX_BODY", "64KiB"))
            .start();
  }

  @AfterEach
  void stop() {
    held.open.countDown();
    agent.close();
    callers.shutdownNow();
  }

  private Wire connect() throws IOException {
    return new Wire(agent.port());
  }

  @Test
  void answersHealthAndTools() throws IOException {
    try (Wire wire = connect()) {
      Wire.Response health = wire.get("/health").read();
      assertThat(health.status()).isEqualTo(200);
      assertThat(health.body())
          .isEqualTo("{\"status\":\"ok\",\"agent\":\"Held\",\"version\":\"0\",\"replica\":\"r1\"}");
      Wire.Response tools = wire.get("/tools").read();
      assertThat(tools.headers()).containsEntry("content-type", "application/json");
      assertThat(tools.body()).startsWith("{\"tools\":[{\"name\":\"echo\"");
    }
  }

  @Test
  void keepsTheConnectionOverFailures() throws IOException {
    try (Wire wire = connect()) {
      assertThat(wire.call("{]").read().status()).isEqualTo(400);
      assertThat(wire.call("{}").read().status()).isEqualTo(422);
      assertThat(wire.get("/nowhere").read().status()).isEqualTo(404);
      assertThat(wire.get("/execute").read().headers()).containsEntry("allow", "POST");
      for (int i = 0; i < 100; i++) {
        Wire.Response ok =
            wire.call(ECHO.formatted("é" + i), "X-Request-Id: id-" + i, "traceparent: t").read();
        assertThat(ok.body()).isEqualTo("{\"result\":\"é" + i + " id-" + i + " t\"}");
        assertThat(ok.headers()).containsEntry("x-request-id", "id-" + i);
        assertThat(ok.headers()).doesNotContainKey("x-nexus-tool-error");
      }
    }
  }

  @Test
  void marksFailuresOfToolsAndCallers() throws IOException {
    try (Wire wire = connect()) {
      Wire.Response unknown = wire.call("{\"tool_name\":\"ecko\"}").read();
      assertThat(unknown.headers())
          .containsEntry("x-nexus-tool-error", "tool_unknown")
          .containsEntry("content-type", "application/problem+json");
      assertThat(unknown.body()).contains("\"hint\":\"did you mean echo?\"", "\"agent\":\"Held\"");
      assertThat(unknown.headers().get("x-request-id")).matches("[0-9a-f]{16}");
      assertThat(wire.get("/tools", "X-Request-Id: a b").read().headers().get("x-request-id"))
          .matches("[0-9a-f]{16}");
    }
  }

  @Test
  void refusesCallsForAnotherReplica() throws IOException {
    try (Wire wire = connect()) {
      Wire.Response other = wire.call(ECHO.formatted("x"), "X-Nexus-Replica: r2").read();
      assertThat(other.status()).isEqualTo(421);
      assertThat(other.headers()).doesNotContainKey("x-nexus-tool-error");
      assertThat(wire.call(ECHO.formatted("x"), "X-Nexus-Replica: r1").read().status())
          .isEqualTo(200);
      assertThat(wire.get("/health", "X-Nexus-Replica: r2").read().status()).isEqualTo(421);
    }
  }

  @Test
  void readsChunkedBodies() throws IOException {
    String head =
        "POST /execute HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
            + "Content-Type: application/json\r\n\r\n";
    try (Wire wire = connect()) {
      String body = ECHO.formatted("chunked");
      wire.send(head);
      for (String part : body.split("(?<=\\G.{7})")) {
        wire.send(Integer.toHexString(part.length()) + "\r\n" + part + "\r\n");
      }
      assertThat(wire.send("0\r\n\r\n").read().body()).contains("chunked");
      assertThat(wire.call(body).read().status()).isEqualTo(200);
    }
  }

  @Test
  void refusesTwoLengthsOfOneBody() throws IOException {
    try (Wire wire = connect()) {
      wire.send(
          "POST /execute HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
              + "Content-Length: 2\r\n\r\n2\r\n{}\r\n0\r\n\r\n");
      Wire.Response refused = wire.read();
      assertThat(refused.status()).isEqualTo(400);
      assertThat(wire.isClosed()).isTrue();
    }
  }

  @Test
  void refusesBodiesOverTheLimit() throws IOException {
    try (Wire wire = connect()) {
      Wire.Response large = wire.call(ECHO.formatted("x".repeat(65 * 1024))).read();
      assertThat(large.status()).isEqualTo(413);
      assertThat(large.headers())
          .containsEntry("x-nexus-tool-error", "too_large")
          .containsEntry("connection", "close");
      assertThat(large.body()).contains("65536 bytes");
      assertThat(wire.isClosed()).isTrue();
    }
    try (Wire wire = connect()) {
      wire.send("POST /execute HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
      for (int i = 0; i < 9; i++) {
        wire.send("2000\r\n" + "x".repeat(0x2000) + "\r\n");
      }
      assertThat(wire.send("0\r\n\r\n").read().status()).isEqualTo(413);
    }
    try (Wire wire = connect()) {
      assertThat(wire.call(ECHO.formatted("x".repeat(60_000))).read().status()).isEqualTo(200);
    }
  }

  @Test
  void refusesWhatItCannotRead() throws IOException {
    try (Wire wire = connect()) {
      String body = ECHO.formatted("x");
      wire.send(
          "POST /execute HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: "
              + body.length()
              + "\r\n\r\n"
              + body);
      assertThat(wire.read().status()).isEqualTo(415);
      assertThat(wire.call(body, "Content-Encoding: gzip").read().status()).isEqualTo(415);
      assertThat(wire.call(body, "Origin: https://evil.example").read().status()).isEqualTo(403);
      assertThat(wire.call(body, "X-Nexus-Timeout: 1500ms").read().status()).isEqualTo(200);
      assertThat(wire.call(body, "X-Nexus-Timeout: soon").read().status()).isEqualTo(400);
    }
  }

  @Test
  void answersAtTheDeadline() throws IOException {
    try (Wire wire = connect()) {
      Wire.Response late = wire.call(WAIT, "X-Nexus-Timeout: 50ms").read();
      assertThat(late.status()).isEqualTo(504);
      assertThat(late.headers()).containsEntry("x-nexus-tool-error", "deadline_exceeded");
      assertThat(wire.call(ECHO.formatted("x")).read().status()).isEqualTo(200);
    }
  }

  @Test
  void answersHealthWhileEveryToolBlocks() throws Exception {
    List<Wire> wires = new ArrayList<>();
    try {
      for (int i = 0; i < 100; i++) {
        wires.add(connect().call(WAIT));
      }
      try (Wire wire = connect()) {
        assertThat(wire.get("/health").read().status()).isEqualTo(200);
      }
      held.open.countDown();
      for (Wire wire : wires) {
        assertThat(wire.read().body()).isEqualTo("{\"result\":\"opened\"}");
      }
    } finally {
      for (Wire wire : wires) {
        wire.close();
      }
    }
  }

  @Test
  void answersManyCallersAtOnce() throws Exception {
    List<Future<Integer>> results = new ArrayList<>();
    for (int caller = 0; caller < 50; caller++) {
      String name = "c" + caller;
      results.add(
          callers.submit(
              () -> {
                int good = 0;
                try (Wire wire = connect()) {
                  for (int i = 0; i < 100; i++) {
                    String text = name + "-" + i;
                    String body = wire.call(ECHO.formatted(text), "X-Request-Id: q").read().body();
                    good += body.equals("{\"result\":\"" + text + " q \"}") ? 1 : 0;
                  }
                }
                return good;
              }));
    }
    for (Future<Integer> result : results) {
      assertThat(result.get(60, TimeUnit.SECONDS)).isEqualTo(100);
    }
  }

  @Test
  void finishesRunningCallsAndTakesNoNewOnes() throws Exception {
    try (Wire running = connect();
        Wire late = connect()) {
      assertThat(late.get("/health").read().status()).isEqualTo(200);
      running.call(WAIT);
      assertThat(held.oneEntered.await(30, TimeUnit.SECONDS)).isTrue();
      Future<?> closing = callers.submit(agent::close);
      Wire.Response health;
      do {
        health = late.get("/health").read();
      } while (health.status() == 200);
      assertThat(health.body()).contains("draining");
      Wire.Response refused = late.call(ECHO.formatted("x")).read();
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.headers())
          .containsEntry("connection", "close")
          .containsEntry("x-nexus-not-executed", "draining")
          .doesNotContainKey("x-nexus-tool-error");
      held.open.countDown();
      assertThat(running.read().body()).isEqualTo("{\"result\":\"opened\"}");
      closing.get(30, TimeUnit.SECONDS);
      assertThat(held.closed.getCount()).isZero();
    }
  }
}
