package dev.nexusdelta.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.exchange.RawUpstream;
import dev.nexusdelta.fleet.AgentState;
import dev.nexusdelta.fleet.Circuit;
import dev.nexusdelta.fleet.Replica;
import dev.nexusdelta.fleet.ReplicaCircuit;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.problem.Problem;
import dev.nexusdelta.problem.ProblemCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What agents do wrong, and what callers see of it. */
class ProxyFaultsTest {
  private static final String ADD = "{\"tool_name\":\"add\"}";
  private static final String LOOK = "{\"tool_name\":\"look\"}";
  private static final String SET = "{\"tool_name\":\"set\"}";
  private static final String PATH = "/agents/math/execute";

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
  void aBrokenCallIsNeverRunTwice() throws IOException {
    try (RawUpstream breaks = breaking();
        RawUpstream other = RawUpstream.answering("ok")) {
      proxy.fleet.serve("math", breaks.port(), other.port());
      RawClient.Reply reply = proxy.post(PATH, ADD, "Idempotency-Key: k");
      assertThat(reply.status()).isEqualTo(502);
      assertThat(reply.code()).isEqualTo("replica_broke");
      assertThat(reply.json().getBoolean("retryable")).isFalse();
      assertThat(reply.header("x-nexus-replica")).isEqualTo("math-1");
      assertThat(reply.header("proxy-status")).isEqualTo("nexus; error=connection_terminated");
      assertThat(other.requests).isEmpty();
      assertThat(proxy.fleet.failures).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {LOOK, SET})
  void aBrokenCallOfAToolThatBearsItGoesToAnother(String body) throws IOException {
    try (RawUpstream breaks = breaking();
        RawUpstream other = RawUpstream.answering("ok")) {
      proxy.fleet.serve("math", breaks.port(), other.port());
      RawClient.Reply reply = proxy.post(PATH, body);
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.header("x-nexus-attempts")).isEqualTo("2");
      assertThat(reply.header("x-nexus-replica")).isEqualTo("math-2");
      assertThat(breaks.requests).hasSize(1);
      assertThat(other.requests).hasSize(1);
      settled();
      assertThat(proxy.metrics.scrape())
          .contains("nexus_retries_total{agent=\"math\",reason=\"broken\"} 1.0");
    }
  }

  @Test
  void aRefusedCallGoesToAnother() throws IOException {
    try (RawUpstream other = RawUpstream.answering("ok")) {
      proxy.fleet.serve("math", freePort(), other.port());
      RawClient.Reply reply = proxy.post(PATH, ADD);
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.header("x-nexus-attempts")).isEqualTo("2");
      assertThat(proxy.fleet.failures).containsExactly("math-1 refused");
    }
  }

  @Test
  void aRefusedStreamGoesToAnotherToo() throws IOException {
    try (RawUpstream other = RawUpstream.answering("ok")) {
      proxy.fleet.serve("math", freePort(), other.port());
      String large = "{\"x\":\"" + "y".repeat(200_000) + "\"}";
      assertThat(proxy.post(PATH, large).status()).isEqualTo(200);
      assertThat(other.requests.get(0).endsWith(large)).isTrue();
    }
  }

  @Test
  void aMisdirectedCallGoesToAnother() throws IOException {
    try (RawUpstream wrong =
            new RawUpstream(
                connection -> {
                  while (connection.read() != null) {
                    connection.answer(421, "not me");
                  }
                });
        RawUpstream other = RawUpstream.answering("ok")) {
      proxy.fleet.serve("math", wrong.port(), other.port());
      assertThat(proxy.post(PATH, ADD).status()).isEqualTo(200);
      assertThat(proxy.fleet.failures).isEmpty();
    }
  }

  @Test
  void whenAllRefuseItWaitsForANewReplica() throws Exception {
    try (RawUpstream other = RawUpstream.answering("ok");
        RawClient client = proxy.client()) {
      proxy.fleet.serve("math", freePort());
      client.post(PATH, ADD);
      ProxyFixture.until(() -> proxy.metrics.scrape().contains("queue_length{agent=\"math\"} 1.0"));
      Replica fresh = proxy.fleet.replica("math", 2, other.port());
      proxy.fleet.show(
          "math",
          FakeFleet.limits(Duration.ofSeconds(20)),
          AgentState.HEALTHY,
          List.of(fresh),
          1,
          Optional.empty());
      assertThat(client.reply().status()).isEqualTo(200);
    }
  }

  @Test
  void tellsTheCauseAtOnceWhenNoReplicaWillCome() throws IOException {
    proxy.fleet.show(
        "math",
        FakeFleet.limits(Duration.ofSeconds(20)),
        AgentState.FAILED,
        List.of(),
        0,
        Optional.of(Problem.of(ProblemCode.START_FAILED, "exit code 3").retryAfter(2)));
    RawClient.Reply reply = proxy.post(PATH, ADD);
    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.code()).isEqualTo("start_failed");
    assertThat(reply.header("retry-after")).isEqualTo("2");
  }

  @Test
  void aSilentAgentMeetsTheDeadline() throws Exception {
    CountDownLatch left = new CountDownLatch(1);
    AtomicInteger errors = new AtomicInteger();
    try (RawUpstream silent =
        new RawUpstream(
            connection -> {
              connection.read();
              if (connection.isLeft()) {
                left.countDown();
              }
            })) {
      show(silent.port(), 64, Duration.ofMillis(300), counting(errors));
      RawClient.Reply reply = proxy.post(PATH, LOOK);
      assertThat(reply.status()).isEqualTo(504);
      assertThat(reply.code()).isEqualTo("deadline_exceeded");
      assertThat(reply.json().getString("detail"))
          .contains("300ms", "limits.timeout in agent.yaml");
      assertThat(left.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(errors).hasValue(1);
    }
  }

  @Test
  void aCallersShorterLimitIsNotTheReplicasFault() throws Exception {
    AtomicInteger errors = new AtomicInteger();
    try (RawUpstream silent =
        new RawUpstream(
            connection -> {
              connection.read();
              connection.hang();
            })) {
      show(silent.port(), 64, Duration.ofSeconds(20), counting(errors));
      RawClient.Reply reply = proxy.post(PATH, ADD, "X-Nexus-Timeout: 200ms");
      assertThat(reply.status()).isEqualTo(504);
      assertThat(reply.json().getString("detail")).contains("the header X-Nexus-Timeout");
      assertThat(errors).hasValue(0);
    }
  }

  @Test
  void anAgentThatDoesNotReadMeetsTheDeadline() throws IOException {
    try (RawUpstream deaf = new RawUpstream(RawUpstream.Connection::hang)) {
      Manifest.Limits limits =
          new Manifest.Limits(Duration.ofMillis(500), Duration.ofSeconds(1), 64, 128, 256L << 20);
      proxy.fleet.serve("math", limits, deaf.port());
      try (RawClient client = proxy.client()) {
        client.send(
            "POST "
                + PATH
                + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: 100000000\r\n\r\n");
        Thread writer =
            new Thread(
                () -> {
                  try {
                    String piece = "x".repeat(100_000);
                    for (int i = 0; i < 1000; i++) {
                      client.send(piece);
                    }
                  } catch (IOException e) {
                    // The gateway has had enough.
                  }
                });
        writer.start();
        RawClient.Reply reply = client.reply();
        assertThat(reply.status()).isEqualTo(504);
        assertThat(reply.header("connection")).isEqualTo("close");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"
      })
  void aCutAnswerIsACutConnection(String answer) throws IOException {
    AtomicInteger errors = new AtomicInteger();
    try (RawUpstream agent = RawUpstream.raw(answer)) {
      show(agent.port(), 64, Duration.ofSeconds(20), counting(errors));
      try (RawClient client = proxy.client()) {
        RawClient.Reply reply = client.post(PATH, LOOK).reply();
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.complete()).isFalse();
        assertThat(reply.body()).isEqualTo("abc");
        assertThat(client.isEnded()).isTrue();
      }
      settled();
      assertThat(errors).hasValue(1);
      assertThat(agent.requests).hasSize(1);
    }
    assertThat(proxy.accessLines().get(0)).contains("replica_broke", "\"status\":502");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nX-Own: 1\r\nContent-Length: 10\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX-Own: 1\r\nTransfer-Encoding: chunked\r\n\r\nno chunk\r\n"
      })
  void anAnswerThatBreaksOffBeforeItsBodyIsNoAnswer(String answer) throws IOException {
    try (RawUpstream breaks = RawUpstream.raw(answer);
        RawUpstream other = RawUpstream.answering("ok")) {
      proxy.fleet.serve("math", breaks.port(), other.port());
      RawClient.Reply reply = proxy.post(PATH, ADD);
      assertThat(reply.status()).isEqualTo(502);
      assertThat(reply.code()).isEqualTo("replica_broke");
      assertThat(reply.json().getString("detail")).contains("its answer broke off");
      assertThat(reply.header("x-own")).isNull();
      assertThat(reply.header("x-nexus-replica")).isEqualTo("math-1");
      assertThat(other.requests).isEmpty();
      proxy.fleet.serve("math", breaks.port(), other.port());
      for (int i = 0; i < 2; i++) {
        RawClient.Reply again = proxy.post(PATH, LOOK);
        assertThat(again.body()).isEqualTo("ok");
        assertThat(again.header("x-own")).isNull();
        assertThat(again.header("x-nexus-replica")).isEqualTo("math-2");
      }
      assertThat(breaks.requests).hasSizeGreaterThan(1);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '|',
      value = {ADD + ";false", LOOK + ";true", SET + ";true"})
  void onlyACallThatBearsItMayBeSentAgainAfterTheDeadline(String body, boolean retryable)
      throws IOException {
    try (RawUpstream silent =
        new RawUpstream(
            connection -> {
              connection.read();
              connection.hang();
            })) {
      show(silent.port(), 64, Duration.ofMillis(200), counting(new AtomicInteger()));
      RawClient.Reply reply = proxy.post(PATH, body);
      assertThat(reply.code()).isEqualTo("deadline_exceeded");
      assertThat(reply.json().getBoolean("retryable")).isEqualTo(retryable);
    }
  }

  @Test
  void aBodyThatDoesNotComeMeetsTheDeadline() throws IOException {
    AtomicInteger errors = new AtomicInteger();
    AtomicInteger calls = new AtomicInteger();
    try (RawUpstream agent =
        new RawUpstream(
            connection -> {
              while (connection.read() != null) {
                if (calls.incrementAndGet() == 1) {
                  connection.answer(200, "ok");
                } else {
                  connection.write("HTTP/1.1 200 OK\r\nX-Own: 1\r\nContent-Length: 10\r\n\r\n");
                  connection.hang();
                }
              }
            })) {
      // The first call of all takes longer than the deadline of the second.
      proxy.fleet.serve("math", agent.port());
      assertThat(proxy.post(PATH, ADD).body()).isEqualTo("ok");
      show(agent.port(), 64, Duration.ofMillis(300), counting(errors));
      try (RawClient client = proxy.client()) {
        RawClient.Reply reply = client.post(PATH, ADD).reply();
        assertThat(reply.status()).isEqualTo(504);
        assertThat(reply.code()).isEqualTo("deadline_exceeded");
        assertThat(reply.header("x-own")).isNull();
        assertThat(client.get("/agents").reply().status()).isEqualTo(200);
      }
      assertThat(errors).hasValue(1);
    }
  }

  @Test
  void surplusBytesNeverReachTheNextCaller() throws IOException {
    try (RawUpstream agent =
        new RawUpstream(
            connection -> {
              while (connection.read() != null) {
                connection.write(
                    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
                        + "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison");
              }
            })) {
      proxy.fleet.serve("math", agent.port());
      try (RawClient client = proxy.client()) {
        for (int i = 0; i < 30; i++) {
          assertThat(client.post(PATH, ADD).reply().body()).isEqualTo("ok");
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"
      })
  void whatIsNoHttpIsABadGateway(String answer) throws IOException {
    try (RawUpstream agent = RawUpstream.raw(answer)) {
      proxy.fleet.serve("math", agent.port());
      RawClient.Reply reply = proxy.post(PATH, ADD);
      assertThat(reply.status()).isEqualTo(502);
      assertThat(reply.code()).isEqualTo("replica_broke");
    }
  }

  @Test
  void anEarlyAnswerIsDeliveredAndTheUploadStops() throws IOException {
    try (RawUpstream agent =
        new RawUpstream(
            connection -> {
              connection.head();
              connection.answer(413, "too much");
              connection.isLeft();
            })) {
      proxy.fleet.serve("math", agent.port());
      try (RawClient client = proxy.client()) {
        client.send(
            "POST "
                + PATH
                + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: 1000000\r\n\r\n{\"x\":");
        RawClient.Reply reply = client.reply();
        assertThat(reply.status()).isEqualTo(413);
        assertThat(reply.body()).isEqualTo("too much");
        assertThat(reply.header("connection")).isEqualTo("close");
        assertThat(client.isEnded()).isTrue();
      }
    }
  }

  @Test
  void answersWithoutBodyStayInFrame() throws IOException {
    try (RawUpstream agent =
        RawUpstream.raw("HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\nabc")) {
      proxy.fleet.serve("math", agent.port());
      try (RawClient client = proxy.client()) {
        assertThat(client.post(PATH, ADD).reply().status()).isEqualTo(204);
        assertThat(client.get("/agents").reply().status()).isEqualTo(200);
      }
    }
  }

  @Test
  void onlyTheGatewaysOwnStatusesCountAgainstAReplica() throws IOException {
    AtomicInteger errors = new AtomicInteger();
    AtomicInteger status = new AtomicInteger();
    List<String> extra = new ArrayList<>();
    try (RawUpstream agent =
        new RawUpstream(
            connection -> {
              while (connection.read() != null) {
                connection.answer(status.get(), "x", extra.toArray(String[]::new));
              }
            })) {
      show(agent.port(), 64, Duration.ofSeconds(20), counting(errors));
      for (int harmless : new int[] {200, 400, 404, 422, 429, 500}) {
        status.set(harmless);
        proxy.post(PATH, ADD);
      }
      settled();
      assertThat(errors).hasValue(0);
      for (int bad : new int[] {502, 503, 504}) {
        status.set(bad);
        proxy.post(PATH, ADD);
      }
      settled();
      assertThat(errors).hasValue(3);
      extra.add("X-Nexus-Tool-Error: x");
      proxy.post(PATH, ADD);
      settled();
      assertThat(errors).hasValue(3);
      assertThat(proxy.fleet.failures).isEmpty();
    }
  }

  @Test
  void openCircuitsAnswerAtOnce() throws IOException {
    try (RawUpstream agent =
        new RawUpstream(
            connection -> {
              while (connection.read() != null) {
                connection.answer(503, "x");
              }
            })) {
      proxy.fleet.serve("math", agent.port());
      for (int i = 0; i < 10; i++) {
        proxy.post(PATH, ADD);
      }
      settled();
      RawClient.Reply reply = proxy.post(PATH, ADD);
      assertThat(reply.code()).isEqualTo("circuit_open");
      assertThat(Integer.parseInt(String.valueOf(reply.header("retry-after")))).isBetween(1, 5);
      assertThat(agent.requests).hasSize(10);
    }
  }

  @Test
  void aStreamThatFallsSilentIsCut() throws IOException {
    try (RawUpstream agent =
        new RawUpstream(
            connection -> {
              connection.read();
              connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n");
              connection.hang();
            })) {
      Manifest.Limits limits =
          new Manifest.Limits(Duration.ofSeconds(20), Duration.ofMillis(300), 64, 128, 4 << 20);
      proxy.fleet.serve("math", limits, agent.port());
      RawClient.Reply reply = proxy.post(PATH, ADD);
      assertThat(reply.complete()).isFalse();
      assertThat(reply.body()).isEqualTo("ab");
    }
  }

  /** The last call is accounted for after its caller has the answer. */
  private void settled() {
    ProxyFixture.until(
        () -> proxy.metrics.scrape().contains("nexus_requests_in_flight{agent=\"math\"} 0.0"));
  }

  private static RawUpstream breaking() {
    return new RawUpstream(
        connection -> {
          connection.read();
          connection.reset();
        });
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  private void show(int port, int concurrency, Duration timeout, Circuit circuit) {
    proxy.fleet.show(
        "math",
        FakeFleet.limits(timeout),
        AgentState.HEALTHY,
        List.of(proxy.fleet.replica("math", 1, port, concurrency, circuit)),
        1,
        Optional.empty());
  }

  private static Circuit counting(AtomicInteger errors) {
    ReplicaCircuit circuit = new ReplicaCircuit("counted", System::nanoTime);
    return new Circuit() {
      @Override
      public boolean tryAcquire() {
        return circuit.tryAcquire();
      }

      @Override
      public void onSuccess(long durationNanos) {
        circuit.onSuccess(durationNanos);
      }

      @Override
      public void onError(long durationNanos) {
        errors.incrementAndGet();
        circuit.onError(durationNanos);
      }

      @Override
      public void release() {
        circuit.release();
      }

      @Override
      public String state() {
        return circuit.state();
      }

      @Override
      public int retryAfterSeconds() {
        return circuit.retryAfterSeconds();
      }
    };
  }
}
