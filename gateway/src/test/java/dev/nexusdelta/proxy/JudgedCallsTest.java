package dev.nexusdelta.proxy;

import static dev.nexusdelta.proxy.GuardedProxy.ADD;
import static dev.nexusdelta.proxy.GuardedProxy.PATH;
import static dev.nexusdelta.proxy.GuardedProxy.SET;
import static dev.nexusdelta.proxy.GuardedProxy.bearer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.exchange.RawUpstream;
import dev.nexusdelta.fleet.AgentState;
import dev.nexusdelta.problem.Problem;
import dev.nexusdelta.problem.ProblemCode;
import dev.nexusdelta.telemetry.CallTotals;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** By which requests an agent is judged in the market. */
@Timeout(60)
class JudgedCallsTest {
  @TempDir Path folder;
  private GuardedProxy door;

  @BeforeEach
  void open() {
    door = new GuardedProxy(folder, false);
  }

  @AfterEach
  void close() {
    door.close();
  }

  /** Calls of an agent, failed ones behind a slash. */
  private String told(String agent) {
    CallTotals none = new CallTotals(0, 0, List.of(), 0);
    CallTotals totals = door.proxy.metrics.takeCalls().getOrDefault(agent, none);
    long took = totals.took().stream().mapToLong(Long::longValue).sum();
    assertThat(took).isEqualTo(totals.calls());
    return totals.calls() + "/" + totals.failed();
  }

  /** Counted once the answer is written, which the caller may have read by then. */
  private void awaitTold(String agent, String calls) {
    ProxyFixture.until(() -> told(agent).equals(calls));
  }

  /** Every request before it on the same connection is counted by its end. */
  private void awaitRequests(int count) {
    ProxyFixture.until(
        () ->
            door.proxy
                    .metrics
                    .scrape()
                    .lines()
                    .filter(line -> line.startsWith("nexus_requests_total{"))
                    .mapToDouble(
                        line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum()
                == count);
  }

  @Test
  void countsWhatAReplicaHad() throws IOException {
    assertThat(door.post(PATH, ADD).status()).isEqualTo(200);
    assertThat(door.post("/agents/math/tools/set", "{}").status()).isEqualTo(200);
    assertThat(door.send("GET", "/agents/math/http/report").status()).isEqualTo(200);
    awaitTold("math", "3/0");
  }

  @Test
  void countsAnAgentsOwnAnswers() throws IOException {
    try (RawUpstream bad =
        new RawUpstream(
            connection -> {
              for (String asked = connection.read(); asked != null; asked = connection.read()) {
                connection.answer(asked.contains("add") ? 404 : 500, "no");
              }
            })) {
      door.proxy.fleet.serve("bad", bad.port());
      assertThat(door.post("/agents/bad/execute", ADD).status()).isEqualTo(404);
      assertThat(door.post("/agents/bad/execute", SET).status()).isEqualTo(500);
      awaitTold("bad", "2/1");
    }
  }

  @Test
  void aCallThatNobodyCouldTakeHasFailed() throws IOException {
    door.proxy.fleet.show(
        "Idle",
        FakeFleet.limits(Duration.ofSeconds(20)),
        AgentState.STOPPED,
        List.of(),
        0,
        Optional.of(Problem.of(ProblemCode.AGENT_STOPPED, "it is stopped")));
    assertThat(door.send("GET", "/agents/idle/health").status()).isEqualTo(503);
    awaitRequests(1);
    assertThat(told("idle")).as("a question, not a call").isEqualTo("0/0");
    assertThat(door.post("/agents/idle/execute", ADD).status()).isEqualTo(503);
    awaitTold("idle", "1/1");
  }

  @Test
  void whatIsRefusedForTheCallersFaultSaysNothingOfTheAgent() throws IOException {
    String key = bearer(door.keys.add("ci", "invoke:math/add"));
    assertThat(door.post(PATH, SET, key).status()).isEqualTo(403);
    assertThat(door.post("/agents/math/tools/set", "{}", key).status()).isEqualTo(403);
    assertThat(door.post(PATH, "{", key).status()).isEqualTo(400);
    String all = bearer(door.keys.add("all", "invoke:math"));
    assertThat(door.post("/agents/math/tools/nothing", "{}", all).status()).isEqualTo(404);
    assertThat(door.send("GET", "/agents/math/http/nothing", all).status()).isEqualTo(404);
    assertThat(door.post(PATH, ADD, all, "X-Nexus-Timeout: soon").status()).isEqualTo(400);
    try (RawClient client = door.proxy.client()) {
      client.send(
          "POST "
              + PATH
              + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
              + all
              + "\r\nContent-Length: 2\r\n\r\n{}");
      assertThat(client.reply().status()).isEqualTo(415);
    }
    awaitRequests(7);
    assertThat(told("math")).isEqualTo("0/0");
    assertThat(door.agent.requests).isEmpty();
  }
}
