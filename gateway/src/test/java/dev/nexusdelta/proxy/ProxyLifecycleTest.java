package dev.nexusdelta.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexusdelta.exchange.RawUpstream;
import dev.nexusdelta.fleet.AgentState;
import dev.nexusdelta.fleet.Replica;
import dev.nexusdelta.fleet.ReplicaCircuit;
import dev.nexusdelta.manifest.Manifest;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Waiting, crowds, and the end. */
class ProxyLifecycleTest {
  private static final String PATH = "/agents/math/execute";
  private static final String ADD = "{\"tool_name\":\"add\"}";

  @TempDir Path folder;
  private final ExecutorService callers = Executors.newCachedThreadPool();
  private ProxyFixture proxy;

  @BeforeEach
  void open() {
    proxy = new ProxyFixture(folder);
  }

  @AfterEach
  void close() {
    callers.shutdownNow();
    proxy.close();
  }

  @Test
  void callsWaitForTheFirstReplicaAndAreAllServed() {
    starting(128);
    List<CompletableFuture<RawClient.Reply>> calls = callers(60);
    until("nexus_queue_length{agent=\"math\"} 60.0");
    assertThat(proxy.fleet.demands).contains("math");
    try (RawUpstream agent = RawUpstream.answering("ok")) {
      proxy.fleet.serve("math", agent.port());
      for (CompletableFuture<RawClient.Reply> call : calls) {
        assertThat(join(call).status()).isEqualTo(200);
      }
      until("nexus_queue_length{agent=\"math\"} 0.0");
    }
  }

  @Test
  void aFullQueueRefusesAtOnce() {
    starting(10);
    List<CompletableFuture<RawClient.Reply>> waiting = callers(10);
    until("nexus_queue_length{agent=\"math\"} 10.0");
    for (CompletableFuture<RawClient.Reply> call : callers(5)) {
      assertThat(join(call).code()).isEqualTo("queue_full");
      assertThat(join(call).header("retry-after")).isEqualTo("1");
    }
    proxy.fleet.remove("math");
    for (CompletableFuture<RawClient.Reply> call : waiting) {
      assertThat(join(call).code()).isEqualTo("agent_unknown");
    }
  }

  @Test
  void waitingEndsWithTheDeadline() throws IOException {
    starting(10);
    RawClient.Reply reply = proxy.post(PATH, ADD, "X-Nexus-Timeout: 200ms");
    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.code()).isEqualTo("no_healthy_replica");
    assertThat(reply.json().getString("detail")).contains("200ms");
    until("nexus_queue_length{agent=\"math\"} 0.0");
  }

  @Test
  void aReplicaNeverHasMoreCallsThanItMayAndAllAreServed() throws IOException {
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    try (RawUpstream agent =
        new RawUpstream(
            connection -> {
              while (connection.read() != null) {
                most.accumulateAndGet(now.incrementAndGet(), Math::max);
                Thread.yield();
                now.decrementAndGet();
                connection.answer(200, "ok");
              }
            })) {
      Replica narrow =
          proxy.fleet.replica(
              "math", 1, agent.port(), 3, new ReplicaCircuit("math-1", System::nanoTime));
      proxy.fleet.show(
          "math",
          FakeFleet.limits(Duration.ofSeconds(20)),
          AgentState.HEALTHY,
          List.of(narrow),
          1,
          Optional.empty());
      List<CompletableFuture<Integer>> results = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        results.add(CompletableFuture.supplyAsync(() -> calls(20), callers));
      }
      for (CompletableFuture<Integer> result : results) {
        assertThat(join(result)).isEqualTo(20);
      }
      assertThat(most.get()).isBetween(1, 3);
      ProxyFixture.until(() -> narrow.inFlight() == 0);
    }
  }

  @Test
  void suspectsAreTheLastChoice() throws IOException {
    try (RawUpstream good = RawUpstream.answering("good");
        RawUpstream suspect = RawUpstream.answering("suspect")) {
      Replica first = proxy.fleet.replica("math", 1, good.port());
      Replica second = proxy.fleet.replica("math", 2, suspect.port());
      Manifest.Limits limits = FakeFleet.limits(Duration.ofSeconds(20));
      proxy.fleet.show(
          "math", limits, AgentState.DEGRADED, List.of(first, second), 1, Optional.empty());
      for (int i = 0; i < 10; i++) {
        assertThat(proxy.post(PATH, ADD).body()).isEqualTo("good");
      }
      proxy.fleet.show("math", limits, AgentState.UNHEALTHY, List.of(second), 0, Optional.empty());
      assertThat(proxy.post(PATH, ADD).body()).isEqualTo("suspect");
    }
  }

  @Test
  void aReplicaKilledUnderLoadRunsNothingTwice() throws IOException {
    AtomicInteger executed = new AtomicInteger();
    RawUpstream.Script script =
        connection -> {
          while (connection.read() != null) {
            executed.incrementAndGet();
            connection.answer(200, "ok");
          }
        };
    AtomicInteger good = new AtomicInteger();
    AtomicInteger broken = new AtomicInteger();
    List<Integer> others = new CopyOnWriteArrayList<>();
    try (RawUpstream one = new RawUpstream(script);
        RawUpstream two = new RawUpstream(script);
        RawUpstream three = new RawUpstream(script)) {
      proxy.fleet.serve("math", one.port(), two.port(), three.port());
      proxy.fleet.onFailure = lost -> proxy.fleet.serve("math", one.port(), two.port());
      List<CompletableFuture<Void>> crowd = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        crowd.add(
            CompletableFuture.runAsync(
                () -> {
                  for (int j = 0; j < 100; j++) {
                    int status = status();
                    if (status == 200) {
                      good.incrementAndGet();
                    } else if (status == 502) {
                      broken.incrementAndGet();
                    } else {
                      others.add(status);
                    }
                  }
                },
                callers));
      }
      ProxyFixture.until(() -> good.get() > 100);
      three.close();
      crowd.forEach(ProxyLifecycleTest::join);
    }
    assertThat(others).isEmpty();
    assertThat(good.get()).isGreaterThan(700);
    assertThat(executed.get()).isBetween(good.get(), good.get() + broken.get());
  }

  @Test
  void drainsBeforeItEnds() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    try (RawUpstream slow =
            new RawUpstream(
                connection -> {
                  connection.read();
                  arrived.countDown();
                  try {
                    go.await(10, TimeUnit.SECONDS);
                  } catch (InterruptedException e) {
                    throw new IOException(e);
                  }
                  connection.answer(200, "late");
                });
        RawClient inFlight = proxy.client();
        RawClient kept = proxy.client()) {
      proxy.fleet.serve("math", slow.port());
      assertThat(kept.get("/agents").reply().status()).isEqualTo(200);
      inFlight.post(PATH, ADD);
      assertThat(arrived.await(10, TimeUnit.SECONDS)).isTrue();
      Future<Void> closed = proxy.server.close(Duration.ofSeconds(10));
      RawClient.Reply refused = kept.post(PATH, ADD).reply();
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.code()).isEqualTo("draining");
      assertThat(refused.header("connection")).isEqualTo("close");
      assertThat(kept.isEnded()).isTrue();
      ProxyFixture.until(this::isRefused);
      assertThat(closed.isComplete()).isFalse();
      go.countDown();
      assertThat(inFlight.reply().body()).isEqualTo("late");
      ProxyFixture.await(closed);
      assertThat(inFlight.isEnded()).isTrue();
    }
  }

  @Test
  void anAnswerThatOutlastsTheDrainDoesNotLookComplete() throws IOException {
    try (RawUpstream endless =
            new RawUpstream(
                connection -> {
                  connection.read();
                  connection.write(
                      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n");
                  connection.hang();
                });
        RawClient client = proxy.client()) {
      proxy.fleet.serve("math", endless.port());
      client.send(
          "POST "
              + PATH
              + " HTTP/1.0\r\nHost: localhost\r\nContent-Type: application/json\r\n"
              + "Content-Length: 2\r\n\r\n{}");
      assertThat(client.head()).contains("200");
      ProxyFixture.await(proxy.server.close(Duration.ofMillis(1)));
      assertThat(client.isReset()).isTrue();
    }
    assertThat(proxy.accessLines().get(0)).contains("draining");
  }

  @Test
  void aCallThatOutlastsTheDrainIsToldSo() throws IOException {
    CountDownLatch arrived = new CountDownLatch(1);
    try (RawUpstream silent =
            new RawUpstream(
                connection -> {
                  connection.read();
                  arrived.countDown();
                  connection.hang();
                });
        RawClient client = proxy.client()) {
      proxy.fleet.serve("math", silent.port());
      client.post(PATH, ADD);
      ProxyFixture.until(() -> arrived.getCount() == 0);
      ProxyFixture.await(proxy.server.close(Duration.ofMillis(1)));
      RawClient.Reply reply = client.reply();
      assertThat(reply.status()).isEqualTo(503);
      assertThat(reply.code()).isEqualTo("draining");
      assertThat(reply.json().getBoolean("retryable")).isFalse();
    }
  }

  @Test
  void closesKeptConnectionsThatAreIdle() throws IOException {
    try (ProxyFixture impatient =
            new ProxyFixture(folder, 0, 1, Duration.ofMillis(1), Duration.ofSeconds(1));
        RawClient client = impatient.client()) {
      assertThat(client.get("/agents").reply().status()).isEqualTo(200);
      assertThat(client.isEnded()).isTrue();
    }
  }

  @Test
  void aTakenPortFails() {
    assertThatThrownBy(() -> new ProxyFixture(folder, proxy.port).close())
        .hasStackTraceContaining("Address already in use");
  }

  private boolean isRefused() {
    try (RawClient late = proxy.client()) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private int status() {
    try {
      return proxy.post(PATH, ADD).status();
    } catch (IOException e) {
      return 0;
    }
  }

  private int calls(int count) {
    int good = 0;
    try (RawClient client = proxy.client()) {
      for (int i = 0; i < count; i++) {
        good += client.post(PATH, ADD).reply().status() == 200 ? 1 : 0;
      }
    } catch (IOException e) {
      return -1;
    }
    return good;
  }

  private List<CompletableFuture<RawClient.Reply>> callers(int count) {
    List<CompletableFuture<RawClient.Reply>> calls = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      calls.add(
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return proxy.post(PATH, ADD);
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              },
              callers));
    }
    return calls;
  }

  private void starting(int queue) {
    proxy.fleet.show(
        "math",
        new Manifest.Limits(Duration.ofSeconds(20), Duration.ofSeconds(20), 64, queue, 1 << 20),
        AgentState.STARTING,
        List.of(),
        0,
        Optional.empty());
  }

  private void until(String metric) {
    ProxyFixture.until(() -> proxy.metrics.scrape().contains(metric));
  }

  private static <T> T join(CompletableFuture<T> future) {
    return future.orTimeout(30, TimeUnit.SECONDS).join();
  }
}
