package dev.nexusdelta.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.calls.CallRecord;
import dev.nexusdelta.calls.CallSampling.Kept;
import dev.nexusdelta.exchange.RawUpstream;
import dev.nexusdelta.fleet.AgentState;
import dev.nexusdelta.fleet.ReplicaCircuit;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept of calls, so that somebody can be told why. */
class CallRecordsTest {
  private static final String ADD = "{\"tool_name\":\"add\",\"parameters\":{\"x\":\"body\"}}";
  private static final String LOOK = "{\"tool_name\":\"look\",\"parameters\":{}}";
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

  private CallRecord kept(String id) {
    ProxyFixture.until(() -> proxy.history.find(id).isPresent());
    return proxy.history.find(id).orElseThrow();
  }

  @Test
  void tellsThePhasesOfAGoodCall() throws IOException {
    try (RawUpstream agent = RawUpstream.answering("{\"result\":3}")) {
      proxy.fleet.serve("Math", agent.port());
      proxy.post(PATH + "?secret=query", ADD, "X-Request-Id: good", "X-Own: secret");
      CallRecord call = kept("good");
      assertThat(call.status()).isEqualTo(200);
      assertThat(call.problem()).isNull();
      assertThat(call.kept()).isEqualTo(Kept.SLOW);
      assertThat(call.agent()).isEqualTo("Math");
      assertThat(call.tool()).isEqualTo("add");
      assertThat(call.waits()).isEmpty();
      assertThat(call.bytesIn()).isEqualTo(ADD.length());
      assertThat(call.bytesOut()).isEqualTo(12);
      assertThat(call.caller()).startsWith("127.0.0.1:");
      assertThat(call.attempts()).extracting(CallRecord.Attempt::replica).containsExactly("Math-1");
      CallRecord.Phases phases = call.phases();
      assertThat(List.of(0L, phases.body(), phases.sent(), phases.firstByte(), phases.done()))
          .isSorted();
      assertThat(call.deadline())
          .isEqualTo(
              new CallRecord.Deadline(
                  Duration.ofSeconds(20).toNanos(), "limits.timeout in agent.yaml"));
      assertThat(call.toString()).doesNotContain("secret", "body\"");
    }
  }

  @Test
  void cutsLongNamesOfTools() throws IOException {
    try (RawUpstream agent = RawUpstream.answering("{}")) {
      proxy.fleet.serve("math", agent.port());
      proxy.post(PATH, ADD.replace("add", "a".repeat(5_000)), "X-Request-Id: long");
      assertThat(kept("long").tool()).isEqualTo("a".repeat(100) + "…");
    }
  }

  @Test
  void tellsEveryAttempt() throws IOException {
    try (RawUpstream breaks =
            new RawUpstream(
                connection -> {
                  connection.read();
                  connection.reset();
                });
        RawUpstream good = RawUpstream.answering("{}")) {
      proxy.fleet.serve("math", breaks.port(), good.port());
      proxy.post(PATH, LOOK, "X-Request-Id: twice");
      assertThat(kept("twice").attempts())
          .extracting(CallRecord.Attempt::replica, CallRecord.Attempt::reason)
          .containsExactly(
              org.assertj.core.api.Assertions.tuple("math-1", "broken"),
              org.assertj.core.api.Assertions.tuple("math-2", null));
    }
  }

  @Test
  void tellsTheWaitAndTheLimitThatBound() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    try (RawUpstream agent =
        new RawUpstream(
            connection -> {
              while (connection.read() != null) {
                try {
                  go.await(20, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                  throw new IOException(e);
                }
                connection.answer(200, "{}");
              }
            })) {
      one(agent.port());
      try (RawClient first = proxy.client()) {
        first.post(PATH, ADD, "X-Request-Id: first");
        ProxyFixture.until(() -> agent.requests.size() == 1);
        RawClient.Reply late = proxy.post(PATH, ADD, "X-Request-Id: late", "X-Nexus-Timeout: 80ms");
        assertThat(late.status()).isEqualTo(504);
        go.countDown();
        assertThat(first.reply().status()).isEqualTo(200);
      }
      CallRecord call = kept("late");
      assertThat(call.kept()).isEqualTo(Kept.FAILED);
      assertThat(call.problem())
          .satisfies(
              problem -> {
                assertThat(problem).isNotNull();
                assertThat(problem.code()).isEqualTo("deadline_exceeded");
                assertThat(problem.limit()).isEqualTo("the header X-Nexus-Timeout");
              });
      assertThat(call.attempts()).isEmpty();
      assertThat(call.waits())
          .singleElement()
          .satisfies(
              wait -> {
                assertThat(wait.routable()).isEqualTo(1);
                assertThat(wait.busy()).isEqualTo(1);
                assertThat(wait.concurrency()).isEqualTo(1);
                assertThat(wait.until() - wait.from())
                    .isGreaterThan(Duration.ofMillis(50).toNanos());
              });
      assertThat(call.phases().sent()).isNegative();
    }
  }

  private void one(int port) {
    dev.nexusdelta.manifest.Manifest.Limits limits =
        new dev.nexusdelta.manifest.Manifest.Limits(
            Duration.ofSeconds(20), Duration.ofSeconds(20), 1, 128, 4 << 20);
    proxy.fleet.show(
        "math",
        limits,
        AgentState.HEALTHY,
        List.of(proxy.fleet.replica("math", 1, port, 1, new ReplicaCircuit("m", System::nanoTime))),
        1,
        Optional.empty());
  }

  @Test
  void keepsWhatNeverBecameACall() throws IOException {
    proxy.post("/agents/nobody/execute", ADD, "X-Request-Id: unknown");
    CallRecord call = kept("unknown");
    assertThat(call.status()).isEqualTo(404);
    assertThat(call.problem()).isNotNull();
    assertThat(call.problem().code()).isEqualTo("agent_unknown");
    assertThat(call.deadline()).isNull();
    assertThat(call.phases().body()).isNegative();
  }
}
