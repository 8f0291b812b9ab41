package dev.nexusdelta.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.exchange.RawUpstream;
import dev.nexusdelta.fleet.AgentState;
import dev.nexusdelta.fleet.Replica;
import dev.nexusdelta.fleet.ReplicaCircuit;
import dev.nexusdelta.load.AgentLoad;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProxyLoadTest {
  private static final String PATH = "/agents/math/execute";
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
  void countsTheCallsOfAllLoopsThoseInFlightAndThoseThatWait() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    try (RawUpstream agent = holding(release)) {
      Replica narrow = show(agent.port());
      List<RawClient> callers = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        RawClient caller = proxy.client();
        callers.add(caller);
        caller.post(PATH, ADD);
      }
      ProxyFixture.until(
          () -> proxy.metrics.scrape().contains("nexus_queue_length{agent=\"math\"} 4"));
      assertThat(narrow.inFlight()).isEqualTo(2);
      AgentLoad busy = take().get("math");
      assertThat(busy.arrivals()).isEqualTo(6);
      assertThat(busy.inFlight()).isEqualTo(6);
      assertThat(busy.waiting()).isEqualTo(4);
      assertThat(busy.oldestWait()).isPositive();
      assertThat(busy.answered()).isZero();
      assertThat(busy.callSeconds()).isPositive();
      release.countDown();
      for (RawClient caller : callers) {
        assertThat(caller.reply().status()).isEqualTo(200);
        caller.close();
      }
      ProxyFixture.until(
          () -> proxy.metrics.scrape().contains("nexus_requests_in_flight{agent=\"math\"} 0"));
      AgentLoad over = take().get("math");
      assertThat(over.arrivals()).isZero();
      assertThat(over.answered()).isEqualTo(6);
      assertThat(over.serviceSeconds()).isPositive();
      assertThat(over.inFlight()).isZero();
      assertThat(over.waiting()).isZero();
      assertThat(take()).isEmpty();
    }
  }

  @Test
  void asksForReplicasOnceTheQueueHasAged() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    try (RawUpstream agent = holding(release)) {
      show(agent.port());
      List<RawClient> callers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        RawClient caller = proxy.client();
        callers.add(caller);
        caller.post(PATH, ADD);
      }
      // No more come, and the one that waits is not forgotten.
      ProxyFixture.until(() -> proxy.fleet.demands.size() >= 2);
      assertThat(proxy.fleet.demands).containsOnly("math");
      release.countDown();
      for (RawClient caller : callers) {
        assertThat(caller.reply().status()).isEqualTo(200);
        caller.close();
      }
    }
  }

  private Map<String, AgentLoad> take() {
    return ProxyFixture.await(proxy.server.takeLoad());
  }

  private static RawUpstream holding(CountDownLatch release) throws Exception {
    return new RawUpstream(
        connection -> {
          for (String call = connection.read(); call != null; call = connection.read()) {
            await(release);
            connection.answer(200, "ok");
          }
        });
  }

  private static void await(CountDownLatch release) {
    try {
      assertThat(release.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private Replica show(int port) {
    Replica narrow =
        proxy.fleet.replica("math", 1, port, 2, new ReplicaCircuit("math-1", System::nanoTime));
    proxy.fleet.show(
        "math",
        FakeFleet.limits(Duration.ofSeconds(20)),
        AgentState.HEALTHY,
        List.of(narrow),
        1,
        Optional.empty());
    return narrow;
  }
}
