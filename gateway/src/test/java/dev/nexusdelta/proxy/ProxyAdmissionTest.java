package dev.nexusdelta.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.exchange.RawUpstream;
import dev.nexusdelta.fleet.AgentState;
import dev.nexusdelta.fleet.Replica;
import dev.nexusdelta.fleet.ReplicaCircuit;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.Manifest.Balance;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProxyAdmissionTest {
  private static final String PATH = "/agents/math/execute";
  private static final String ADD = "{\"tool_name\":\"add\",\"parameters\":{}}";
  private static final String LOOK = "{\"tool_name\":\"look\",\"parameters\":{}}";

  @TempDir Path folder;
  private ProxyFixture proxy;

  @BeforeEach
  void open() {
    proxy = new ProxyFixture(folder, 0, 1, Duration.ofSeconds(60), Duration.ofSeconds(10));
  }

  @AfterEach
  void close() {
    proxy.close();
  }

  @Test
  void aToolAtItsLimitWaitsAndOthersPass() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    try (RawUpstream agent =
        new RawUpstream(
            connection -> {
              for (String call = connection.read(); call != null; call = connection.read()) {
                if (call.contains("\"add\"")) {
                  await(release);
                }
                connection.answer(200, call.contains("\"add\"") ? "added" : "looked");
              }
            })) {
      show(Balance.ROUND_ROBIN, List.of(tool("add", 1)), agent.port());
      try (RawClient first = proxy.client();
          RawClient second = proxy.client()) {
        first.post(PATH, ADD);
        ProxyFixture.until(() -> agent.requests.size() == 1);
        second.post(PATH, ADD);
        ProxyFixture.until(
            () -> proxy.metrics.scrape().contains("nexus_queue_length{agent=\"math\"} 1"));
        assertThat(proxy.post(PATH, LOOK).body()).isEqualTo("looked");
        release.countDown();
        assertThat(first.reply().body()).isEqualTo("added");
        assertThat(second.reply().body()).isEqualTo("added");
      }
    }
    assertThat(proxy.metrics.scrape()).contains("nexus_queue_wait_seconds_count{agent=\"math\"} 1");
  }

  @Test
  void aCallThatCannotBeInTimeAnyMoreDoesNotWait() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    try (RawUpstream agent =
        new RawUpstream(
            connection -> {
              for (String call = connection.read(); call != null; call = connection.read()) {
                await(call.contains("\"hold\"") ? release : new CountDownLatch(1), 60);
                connection.answer(200, "ok");
              }
            })) {
      Replica narrow =
          proxy.fleet.replica(
              "math", 1, agent.port(), 1, new ReplicaCircuit("math-1", System::nanoTime));
      proxy.fleet.show(
          "math",
          FakeFleet.limits(Duration.ofSeconds(20)),
          AgentState.HEALTHY,
          List.of(narrow),
          1,
          Optional.empty());
      for (int i = 0; i < 20; i++) {
        assertThat(proxy.post(PATH, ADD).status()).isEqualTo(200);
      }
      try (RawClient held = proxy.client()) {
        held.post(PATH, "{\"tool_name\":\"hold\",\"parameters\":{}}");
        ProxyFixture.until(() -> narrow.inFlight() == 1);
        RawClient.Reply late = proxy.post(PATH, ADD, "X-Nexus-Timeout: 30ms");
        assertThat(late.status()).isEqualTo(503);
        assertThat(late.code()).isEqualTo("queue_full");
        assertThat(late.header("retry-after")).isEqualTo("1");
        assertThat(late.body()).contains("that even quick calls take now");
        release.countDown();
        assertThat(held.reply().status()).isEqualTo(200);
      }
    }
  }

  @Test
  void oneKeyGoesToOneReplica() throws IOException {
    try (RawUpstream one = RawUpstream.answering("1");
        RawUpstream two = RawUpstream.answering("2");
        RawUpstream three = RawUpstream.answering("3")) {
      show(
          new Balance(Balance.Policy.CONSISTENT_HASH, "X-User"),
          List.of(),
          one.port(),
          two.port(),
          three.port());
      Map<String, String> homes = new HashMap<>();
      for (int i = 0; i < 60; i++) {
        String user = "user" + i % 12;
        String answer = proxy.post(PATH, ADD, "X-User: " + user).body();
        assertThat(homes.merge(user, answer, (was, now) -> was)).isEqualTo(answer);
      }
      assertThat(homes.values()).contains("1", "2", "3");
    }
  }

  @Test
  void shortOfMemoryCallsAreRefusedAndAllElseIsAnswered() throws IOException {
    try (RawUpstream agent = RawUpstream.answering("ok")) {
      proxy.fleet.serve("Math", agent.port());
      proxy.server.memoryPressure(1);
      try (RawClient client = proxy.client()) {
        RawClient.Reply refused = client.post(PATH, ADD, "X-Request-Id: abc-1").reply();
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.code()).isEqualTo("shedding");
        assertThat(refused.header("retry-after")).isEqualTo("1");
        assertThat(refused.header("proxy-status")).contains("connection_limit_reached");
        assertThat(refused.json().getString("requestId")).isEqualTo("abc-1");
        assertThat(refused.json().getString("agent")).isEqualTo("Math");
        assertThat(refused.json().getBoolean("retryable")).isTrue();
        assertThat(proxy.get("/agents/math/health").status()).isEqualTo(200);
        assertThat(proxy.get("/livez").body()).isEqualTo("control /livez");
        proxy.server.memoryPressure(0);
        assertThat(client.post(PATH, ADD).reply().body()).isEqualTo("ok");
      }
      assertThat(agent.requests).hasSize(1);
      assertThat(proxy.metrics.scrape())
          .contains("nexus_shed_total{agent=\"math\",reason=\"memory\"} 1.0")
          .contains("nexus_connections_unread 0");
    }
  }

  private void show(Balance balance, List<Manifest.ToolDeclaration> tools, int... ports) {
    List<Replica> replicas = new ArrayList<>();
    for (int port : ports) {
      replicas.add(proxy.fleet.replica("math", replicas.size() + 1, port));
    }
    proxy.fleet.show(
        "math",
        FakeFleet.manifest(
            new AgentName("math"), FakeFleet.limits(Duration.ofSeconds(20)), balance, tools),
        replicas);
  }

  private static Manifest.ToolDeclaration tool(String name, int concurrency) {
    return new Manifest.ToolDeclaration(
        name,
        "",
        Optional.empty(),
        Optional.empty(),
        false,
        false,
        false,
        Optional.empty(),
        OptionalInt.of(concurrency));
  }

  private static void await(CountDownLatch latch) {
    await(latch, 15_000);
  }

  private static void await(CountDownLatch latch, long millis) {
    try {
      latch.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
