package dev.nexusdelta.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.discovery.sqlite.SqliteClaims;
import dev.nexusdelta.exchange.RawUpstream;
import dev.nexusdelta.keyed.ClaimedCalls;
import dev.nexusdelta.keyed.MemoryTable;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Calls with an {@code Idempotency-Key}: executed once, answered as often as they are asked. */
@Timeout(60)
class KeyedCallsTest {
  private static final String ADD = "{\"tool_name\":\"add\",\"parameters\":{}}";
  private static final String PATH = "/agents/math/execute";
  private static final String KEY = "Idempotency-Key: k-1";

  @TempDir Path folder;
  private final Vertx vertx = Vertx.vertx();
  private SqliteClaims store;
  private ProxyFixture proxy;
  private final AtomicInteger executed = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private final List<AutoCloseable> agents = new ArrayList<>();

  @BeforeEach
  void open() {
    store =
        ProxyFixture.await(
            SqliteClaims.open(vertx, folder.resolve("keyed.db"), SqliteClaims.Room.USUAL));
    proxy =
        new ProxyFixture(
            folder, new ClaimedCalls(new MemoryTable(), store, "gw/1", InstantSource.system()));
  }

  @AfterEach
  void close() throws Exception {
    proxy.close();
    for (AutoCloseable agent : agents) {
      agent.close();
    }
    ProxyFixture.await(store.close());
    ProxyFixture.await(vertx.close());
  }

  /** Answers with how many calls it has executed. */
  private RawUpstream counting(String... headers) {
    return agent(
        connection -> {
          while (connection.read() != null) {
            connection.answer(200, "{\"result\":" + executed.incrementAndGet() + "}", headers);
          }
        });
  }

  private RawUpstream agent(RawUpstream.Script script) {
    RawUpstream agent = new RawUpstream(script);
    agents.add(agent);
    return agent;
  }

  private double counted(String result) {
    String line = "nexus_keyed_calls_total{agent=\"math\",result=\"" + result + "\"}";
    return proxy
        .metrics
        .scrape()
        .lines()
        .filter(each -> each.startsWith(line))
        .mapToDouble(each -> Double.parseDouble(each.substring(line.length()).strip()))
        .sum();
  }

  @Test
  void givesTheSameAnswerAgain() throws IOException {
    RawUpstream agent = counting("X-Own: 7", "Set-Cookie: secret");
    proxy.fleet.serve("Math", agent.port());
    RawClient.Reply first = proxy.post("/agents/MATH/execute", ADD, KEY, "X-Request-Id: one");
    RawClient.Reply second = proxy.post(PATH, ADD, KEY, "X-Request-Id: two");
    assertThat(first.body()).isEqualTo("{\"result\":1}").isEqualTo(second.body());
    assertThat(first.header("idempotency-replayed")).isNull();
    assertThat(second.status()).isEqualTo(200);
    assertThat(second.header("idempotency-replayed")).isEqualTo("true");
    assertThat(second.header("x-request-id")).isEqualTo("two");
    assertThat(second.header("x-own")).isEqualTo("7");
    assertThat(second.header("set-cookie")).isNull();
    assertThat(second.header("server-timing")).startsWith("gw;dur=");
    assertThat(agent.requests.get(0)).contains(KEY);
    assertThat(proxy.post(PATH, ADD, "Idempotency-Key: k-2").body()).isEqualTo("{\"result\":2}");
    assertThat(proxy.post(PATH, ADD).body()).isEqualTo("{\"result\":3}");
    assertThat(counted("executed")).isEqualTo(2);
    assertThat(counted("replayed")).isEqualTo(1);
  }

  @Test
  void refusesAnotherBodyAndBadKeys() throws IOException {
    proxy.fleet.serve("math", counting().port());
    assertThat(proxy.post(PATH, ADD, KEY).status()).isEqualTo(200);
    RawClient.Reply other = proxy.post(PATH, ADD + " ", KEY);
    assertThat(other.status()).isEqualTo(422);
    assertThat(other.code()).isEqualTo("key_reused");
    assertThat(proxy.post("/agents/math/tools/add", "{}", KEY).status()).isEqualTo(422);
    for (String bad :
        List.of(
            "Idempotency-Key: a b", "Idempotency-Key: ", "Idempotency-Key: " + "x".repeat(256))) {
      assertThat(proxy.post(PATH, ADD, bad).code()).as(bad).isEqualTo("invalid_request");
    }
    assertThat(proxy.post(PATH, ADD, KEY, KEY).code()).isEqualTo("invalid_request");
    String large = "{\"tool_name\":\"add\",\"parameters\":\"" + "x".repeat(70_000) + "\"}";
    RawClient.Reply tooLarge = proxy.post(PATH, large, KEY);
    assertThat(tooLarge.status()).isEqualTo(413);
    assertThat(tooLarge.code()).isEqualTo("too_large");
    assertThat(executed).hasValue(1);
  }

  @Test
  void waitsForTheSameCall() throws Exception {
    CountDownLatch come = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    RawUpstream agent =
        agent(
            connection -> {
              while (connection.read() != null) {
                executed.incrementAndGet();
                come.countDown();
                await(go);
                connection.answer(200, "{\"result\":1}");
              }
            });
    // One place: a waiting call must not take it.
    proxy.fleet.serve("math", agent.port());
    try (RawClient first = proxy.client();
        RawClient second = proxy.client()) {
      first.post(PATH, ADD, KEY);
      await(come);
      RawClient.Reply late = proxy.post(PATH, ADD, KEY, "X-Nexus-Timeout: 60ms");
      assertThat(late.status()).isEqualTo(409);
      assertThat(late.code()).isEqualTo("key_in_progress");
      assertThat(late.json().getBoolean("retryable")).isTrue();
      second.post(PATH, ADD, KEY);
      go.countDown();
      assertThat(first.reply().body()).isEqualTo("{\"result\":1}");
      RawClient.Reply waited = second.reply();
      assertThat(waited.body()).isEqualTo("{\"result\":1}");
      assertThat(waited.header("idempotency-replayed")).isEqualTo("true");
    }
    assertThat(executed).hasValue(1);
  }

  @Test
  void freesTheKeyOfACallThatWasNotExecuted() throws IOException {
    int closed;
    try (RawUpstream gone = RawUpstream.answering("{}")) {
      closed = gone.port();
    }
    proxy.fleet.serve("math", closed);
    assertThat(proxy.post(PATH, ADD, KEY, "X-Nexus-Timeout: 100ms").status()).isEqualTo(504);
    proxy.fleet.serve("math", agent(this::tooBusyAtFirst).port());
    for (int i = 0; i < 2; i++) {
      assertThat(proxy.post(PATH, ADD, KEY).status()).isEqualTo(503);
    }
    RawClient.Reply done = proxy.post(PATH, ADD, KEY);
    assertThat(done.body()).isEqualTo("{\"result\":1}");
    assertThat(done.header("idempotency-replayed")).isNull();
    assertThat(counted("not_executed")).isEqualTo(3);
  }

  private void tooBusyAtFirst(RawUpstream.Connection connection) throws IOException {
    String[] marks = {"X-Nexus-Tool-Error: busy", "X-Nexus-Not-Executed: draining"};
    while (connection.read() != null) {
      int before = refused.getAndIncrement();
      if (before < marks.length) {
        connection.answer(503, "{}", marks[before]);
      } else {
        connection.answer(200, "{\"result\":" + executed.incrementAndGet() + "}");
      }
    }
  }

  @Test
  void keepsErrorsOfTheAgentToo() throws IOException {
    RawUpstream agent =
        agent(
            connection -> {
              while (connection.read() != null) {
                connection.answer(500, "{\"error\":" + executed.incrementAndGet() + "}");
              }
            });
    proxy.fleet.serve("math", agent.port());
    for (int i = 0; i < 2; i++) {
      RawClient.Reply reply = proxy.post(PATH, ADD, KEY);
      assertThat(reply.status()).isEqualTo(500);
      assertThat(reply.body()).isEqualTo("{\"error\":1}");
    }
  }

  @Test
  void keepsWhatAnAgentRefusesItself() throws IOException {
    RawUpstream agent =
        agent(
            connection -> {
              while (connection.read() != null) {
                String body = "{\"error\":" + executed.incrementAndGet() + "}";
                connection.answer(503, body, "Retry-After: 1", "X-Nexus-Tool-Error: own");
              }
            });
    proxy.fleet.serve("math", agent.port());
    for (int i = 0; i < 2; i++) {
      RawClient.Reply reply = proxy.post(PATH, ADD, KEY);
      assertThat(reply.status()).isEqualTo(503);
      assertThat(reply.body()).isEqualTo("{\"error\":1}");
    }
  }

  @Test
  void saysThatTheOutcomeIsNotKnown() throws IOException {
    RawUpstream agent =
        agent(
            connection -> {
              connection.read();
              executed.incrementAndGet();
              connection.reset();
            });
    proxy.fleet.serve("math", agent.port());
    assertThat(proxy.post(PATH, ADD, KEY).code()).isEqualTo("replica_broke");
    proxy.fleet.serve("math", counting().port());
    RawClient.Reply again = proxy.post(PATH, ADD, KEY);
    assertThat(again.status()).isEqualTo(502);
    assertThat(again.code()).isEqualTo("outcome_unknown");
    assertThat(again.header("proxy-status")).contains("connection_terminated");
    assertThat(executed).hasValue(1);
  }

  @Test
  void passesLargeAnswersAndSaysThatTheyAreNotKept() throws IOException {
    String large = "x".repeat(100_000);
    proxy.fleet.serve("math", agents(RawUpstream.answering(large)));
    assertThat(proxy.post(PATH, ADD, KEY).body()).isEqualTo(large);
    RawClient.Reply again = proxy.post(PATH, ADD, KEY);
    assertThat(again.status()).isEqualTo(409);
    assertThat(again.code()).isEqualTo("answer_not_kept");
    assertThat(again.json().getString("detail")).contains("status 200");
  }

  private int agents(RawUpstream agent) {
    agents.add(agent);
    return agent.port();
  }

  @Test
  void keepsStreamsThatAreSmall() throws IOException {
    RawUpstream agent =
        agent(
            connection -> {
              connection.read();
              executed.incrementAndGet();
              connection.write(
                  "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                      + "Transfer-Encoding: chunked\r\n\r\n5\r\ndata:\r\n2\r\n\n\n\r\n0\r\n\r\n");
              connection.hang();
            });
    proxy.fleet.serve("math", agent.port());
    RawClient.Reply first = proxy.post(PATH, ADD, KEY);
    assertThat(first.complete()).isTrue();
    assertThat(first.body()).isEqualTo("data:\n\n");
    RawClient.Reply again = proxy.post(PATH, ADD, KEY);
    assertThat(again.body()).isEqualTo("data:\n\n");
    assertThat(again.header("content-type")).isEqualTo("text/event-stream");
    assertThat(executed).hasValue(1);
  }

  @Test
  void keepsEmptyAnswers() throws IOException {
    RawUpstream agent =
        agent(
            connection -> {
              while (connection.read() != null) {
                executed.incrementAndGet();
                connection.write("HTTP/1.1 204 No Content\r\n\r\n");
              }
            });
    proxy.fleet.serve("math", agent.port());
    assertThat(proxy.post(PATH, ADD, KEY).status()).isEqualTo(204);
    assertThat(proxy.post(PATH, ADD, KEY).status()).isEqualTo(204);
    assertThat(executed).hasValue(1);
  }

  @Test
  void goesOnWithoutItsCaller() throws Exception {
    CountDownLatch come = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    RawUpstream agent =
        agent(
            connection -> {
              while (connection.read() != null) {
                executed.incrementAndGet();
                come.countDown();
                await(go);
                connection.answer(200, "{\"result\":1}");
              }
            });
    proxy.fleet.serve("math", agent.port());
    try (RawClient caller = proxy.client()) {
      caller.post(PATH, ADD, KEY);
      await(come);
    }
    go.countDown();
    RawClient.Reply again = proxy.post(PATH, ADD, KEY);
    assertThat(again.status()).as(again.body()).isEqualTo(200);
    assertThat(again.body()).isEqualTo("{\"result\":1}");
    assertThat(executed).hasValue(1);
    ProxyFixture.until(() -> counted("executed") == 1);
  }

  @Test
  void aCallerWhoLeavesInTheMiddleOfAnAnswerLeavesItKept() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    RawUpstream agent =
        agent(
            connection -> {
              connection.read();
              executed.incrementAndGet();
              connection.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab");
              await(go);
              connection.write("cd");
              connection.hang();
            });
    proxy.fleet.serve("math", agent.port());
    try (RawClient caller = proxy.client()) {
      caller.post(PATH, ADD, KEY);
      ProxyFixture.until(() -> executed.get() == 1);
    }
    go.countDown();
    assertThat(proxy.post(PATH, ADD, KEY).body()).isEqualTo("abcd");
    assertThat(executed).hasValue(1);
  }

  @Test
  void aDeadlineLeavesTheOutcomeUnknown() throws IOException {
    RawUpstream agent =
        agent(
            connection -> {
              connection.read();
              executed.incrementAndGet();
              connection.hang();
            });
    proxy.fleet.serve("math", FakeFleet.limits(Duration.ofMillis(150)), agent.port());
    assertThat(proxy.post(PATH, ADD, KEY).status()).isEqualTo(504);
    assertThat(proxy.post(PATH, ADD, KEY).code()).isEqualTo("outcome_unknown");
    assertThat(executed).hasValue(1);
  }

  @Test
  void sendsNothingThatCannotBeWrittenDown() throws IOException {
    proxy.fleet.serve("math", counting().port());
    ProxyFixture.await(store.close());
    RawClient.Reply reply = proxy.post(PATH, ADD, KEY);
    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.code()).isEqualTo("not_ready");
    assertThat(proxy.post(PATH, ADD).status()).isEqualTo(200);
    assertThat(executed).hasValue(1);
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      if (!latch.await(20, TimeUnit.SECONDS)) {
        throw new IOException("waited in vain");
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
