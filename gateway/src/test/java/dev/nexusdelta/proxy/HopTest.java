package dev.nexusdelta.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.discovery.sqlite.SqliteClaims;
import dev.nexusdelta.exchange.RawUpstream;
import dev.nexusdelta.fleet.AgentState;
import dev.nexusdelta.fleet.Replica;
import dev.nexusdelta.fleet.ReplicaCircuit;
import dev.nexusdelta.hop.Hop;
import dev.nexusdelta.hop.HopGate;
import dev.nexusdelta.hop.HopKey;
import dev.nexusdelta.hop.HopSigner;
import dev.nexusdelta.keyed.ClaimedCalls;
import dev.nexusdelta.keyed.MemoryTable;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two gateways, a and b: calls that one passes on to the other. */
@Timeout(60)
class HopTest {
  private static final String ADD = "{\"tool_name\":\"add\",\"parameters\":{}}";
  private static final String LOOK = "{\"tool_name\":\"look\",\"parameters\":{}}";
  private static final String PATH = "/agents/math/execute";
  private static final HopKey KEY = HopKey.of("the secret");

  @TempDir Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final List<AutoCloseable> agents = new ArrayList<>();
  private SqliteClaims store;
  private ProxyFixture a;
  private ProxyFixture b;

  @BeforeEach
  void open() throws IOException {
    store =
        ProxyFixture.await(
            SqliteClaims.open(vertx, folder.resolve("keyed.db"), SqliteClaims.Room.USUAL));
    ClaimedCalls keyed = new ClaimedCalls(new MemoryTable(), store, "a/1", InstantSource.system());
    a =
        new ProxyFixture(
            Files.createDirectory(folder.resolve("a")),
            keyed,
            new HopGate("a", KEY, InstantSource.system()));
    b =
        new ProxyFixture(
            Files.createDirectory(folder.resolve("b")),
            new HopGate("b", KEY, InstantSource.system()));
  }

  @AfterEach
  void close() throws Exception {
    a.close();
    b.close();
    for (AutoCloseable agent : agents) {
      agent.close();
    }
    ProxyFixture.await(store.close());
    ProxyFixture.await(vertx.close());
  }

  private RawUpstream agent(RawUpstream.Script script) {
    RawUpstream agent = new RawUpstream(script);
    agents.add(agent);
    return agent;
  }

  private RawUpstream answering(String body) {
    return agent(
        connection -> {
          while (connection.read() != null) {
            connection.answer(200, body);
          }
        });
  }

  /** The agent runs at b only. */
  private void onlyAtB(RawUpstream agent) {
    b.fleet.serve("math", agent.port());
    nothingAtA(a.fleet.remote("math", 1, "b", b.port, 64));
  }

  private void nothingAtA(Replica... elsewhere) {
    a.fleet.show(
        "math",
        FakeFleet.limits(Duration.ofSeconds(20)),
        AgentState.HEALTHY,
        List.of(),
        0,
        Optional.empty());
    a.fleet.elsewhere("math", elsewhere);
  }

  private double hops(String outcome) {
    String line = "nexus_hops_total{gateway=\"b\",outcome=\"" + outcome + "\"}";
    return figure(a, line);
  }

  private static double figure(ProxyFixture of, String series) {
    return of.metrics
        .scrape()
        .lines()
        .filter(each -> each.startsWith(series))
        .mapToDouble(each -> Double.parseDouble(each.substring(series.length()).strip()))
        .sum();
  }

  @Test
  void servesWhatRunsElsewhere() throws IOException {
    RawUpstream agent = answering("{\"result\":3}");
    onlyAtB(agent);
    for (int i = 0; i < 3; i++) {
      RawClient.Reply reply =
          a.post(
              PATH,
              ADD,
              "X-Request-Id: r-" + i,
              "X-Own: 2",
              "X-Nexus-Timeout: 5s",
              "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.body()).isEqualTo("{\"result\":3}");
      assertThat(reply.header("x-request-id")).isEqualTo("r-" + i);
      assertThat(reply.header("x-nexus-replica")).isEqualTo("math-1");
      assertThat(reply.head().toLowerCase(Locale.ROOT))
          .doesNotContain("x-nexus-hop")
          .containsOnlyOnce("server-timing")
          .containsOnlyOnce("x-nexus-replica");
      assertThat(agent.requests.get(i))
          .startsWith("POST /execute HTTP/1.1")
          .contains("X-Request-Id: r-" + i, "X-Nexus-Replica: math-1", "X-Own: 2")
          .contains("0af7651916cd43dd8448eb211c80319c")
          .contains("X-Forwarded-For: 127.0.0.1\r\n")
          .contains("X-Forwarded-Host: localhost\r\n")
          .containsPattern("X-Nexus-Timeout: 4\\d{3}ms")
          .doesNotContainIgnoringCase("x-nexus-hop")
          .endsWith(ADD);
    }
    // One for each event loop of b at most.
    assertThat(agent.connections()).isLessThanOrEqualTo(2);
    assertThat(hops("answer")).isEqualTo(3);
    assertThat(a.post("/agents/math/tools/add", "{\"a\":1}").status()).isEqualTo(200);
    assertThat(agent.requests.get(3)).endsWith("{\"tool_name\":\"add\",\"parameters\":{\"a\":1}}");
    assertThat(a.post("/agents/math/tools/none", "{}").code()).isEqualTo("tool_unknown");
    assertThat(a.get("/agents/math/health").status()).isEqualTo(200);
  }

  @Test
  void countsACallWhereItWasCalled() throws Exception {
    onlyAtB(answering("{}"));
    assertThat(a.post(PATH, ADD).status()).isEqualTo(200);
    String requests = "nexus_requests_total{agent=\"math\",code=\"200\",tool=\"add\"}";
    // A caller may have its answer a moment before it is counted.
    ProxyFixture.until(() -> figure(a, requests) == 1);
    assertThat(figure(b, requests)).isZero();
    assertThat(ProxyFixture.await(a.server.takeLoad())).containsKey("math");
    assertThat(ProxyFixture.await(b.server.takeLoad())).isEmpty();
    ProxyFixture.await(b.server.close(Duration.ofSeconds(10)));
    assertThat(b.accessLines()).singleElement().asString().contains("\"math\"", "127.0.0.1");
  }

  @Test
  void agentsCannotSpeakForTheirGateway() throws IOException {
    RawUpstream agent =
        agent(
            connection -> {
              while (connection.read() != null) {
                connection.answer(200, "{}", "X-Nexus-Hop: busy", "X-Nexus-Hop: gone");
              }
            });
    onlyAtB(agent);
    RawClient.Reply reply = a.post(PATH, ADD);
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("x-nexus-hop")).isNull();
    assertThat(agent.requests).hasSize(1);
    assertThat(hops("answer")).isEqualTo(1);
    assertThat(b.post(PATH, ADD).header("x-nexus-hop")).isNull();
  }

  @Test
  void takesWhatIsNoGatewayForBroken() throws IOException {
    RawUpstream stranger = answering("{}");
    nothingAtA(a.fleet.remote("math", 1, "b", stranger.port(), 64));
    RawClient.Reply reply = a.post(PATH, ADD);
    assertThat(reply.status()).isEqualTo(502);
    assertThat(reply.json().getString("detail")).contains("no gateway of this cluster");
    assertThat(hops("strange")).isEqualTo(1);
  }

  @Test
  void prefersItsOwn() throws IOException {
    RawUpstream far = answering("far");
    RawUpstream near = answering("near");
    b.fleet.serve("math", far.port());
    a.fleet.serve("math", near.port());
    a.fleet.elsewhere("math", a.fleet.remote("math", 7, "b", b.port, 64));
    for (int i = 0; i < 5; i++) {
      assertThat(a.post(PATH, ADD).body()).isEqualTo("near");
    }
    assertThat(far.requests).isEmpty();
  }

  @Test
  void goesElsewhereRatherThanWait() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    CountDownLatch come = new CountDownLatch(1);
    RawUpstream near =
        agent(
            connection -> {
              connection.read();
              come.countDown();
              await(go);
              connection.answer(200, "near");
            });
    onlyAtB(answering("far"));
    Replica own = a.fleet.replica("math", 5, near.port(), 1, new ReplicaCircuit("x", () -> 0));
    a.fleet.show(
        "math",
        FakeFleet.limits(Duration.ofSeconds(20)),
        AgentState.HEALTHY,
        List.of(own),
        1,
        Optional.empty());
    a.fleet.elsewhere("math", a.fleet.remote("math", 1, "b", b.port, 64));
    try (RawClient first = a.client()) {
      first.post(PATH, ADD);
      await(come);
      assertThat(a.post(PATH, ADD).body()).isEqualTo("far");
      go.countDown();
      assertThat(first.reply().body()).isEqualTo("near");
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void streamsEventsAndLargeBodiesThrough() throws IOException {
    String large = "x".repeat(1 << 20);
    RawUpstream agent =
        agent(
            connection -> {
              String request = connection.read();
              if (request != null && request.contains("\"events\"")) {
                connection.write(
                    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n9\r\ndata: 1\n\n\r\n");
                connection.hang();
              } else if (request != null) {
                connection.answer(200, large);
              }
            });
    onlyAtB(agent);
    try (RawClient client = a.client()) {
      client.post(PATH, "{\"tool_name\":\"look\",\"parameters\":\"events\"}");
      assertThat(client.head()).contains("text/event-stream");
      assertThat(client.chunk()).isEqualTo("data: 1\n\n");
    }
    String body = "{\"tool_name\":\"add\",\"x\":\"" + large + "\"}";
    RawClient.Reply reply = a.post(PATH, body);
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.body().equals(large)).isTrue();
    assertThat(agent.requests.get(1).endsWith(body)).isTrue();
    assertThat(a.post("/agents/math/tools/add", "{\"x\":\"" + large + "\"}").status())
        .isEqualTo(200);
    // As much as the limit allows, and then the wrapping around it.
    String most = "{\"x\":\"" + "y".repeat((4 << 20) - 8) + "\"}";
    assertThat(a.post("/agents/math/tools/add", most).status()).isEqualTo(200);
  }

  @Test
  void keepsTheKeyWhereTheCallCameIn() throws IOException {
    AtomicInteger executed = new AtomicInteger();
    RawUpstream agent =
        agent(
            connection -> {
              while (connection.read() != null) {
                connection.answer(200, "{\"result\":" + executed.incrementAndGet() + "}");
              }
            });
    onlyAtB(agent);
    String key = "Idempotency-Key: k-1";
    assertThat(a.post(PATH, ADD, key).body()).isEqualTo("{\"result\":1}");
    RawClient.Reply again = a.post(PATH, ADD, key);
    assertThat(again.body()).isEqualTo("{\"result\":1}");
    assertThat(again.header("idempotency-replayed")).isEqualTo("true");
    assertThat(agent.requests.get(0)).contains(key);
    assertThat(figure(b, "nexus_keyed_calls_total")).isZero();
    assertThat(executed).hasValue(1);
  }

  @Test
  void takesNoWordOfWhoeverSaysThatItIsAGateway() throws IOException {
    RawUpstream agent = answering("{}");
    onlyAtB(agent);
    HopSigner signer = new HopGate("a", KEY, InstantSource.system()).signer(5);
    String good = signer.prove("b", "math-1", false, "POST", PATH);
    assertThat(b.post(PATH, ADD, "X-Nexus-Hop: 1", "X-Nexus-Hop-Proof: " + good).status())
        .isEqualTo(200);
    HopSigner forger = new HopGate("a", HopKey.of("guess"), InstantSource.system()).signer(6);
    HopSigner late =
        new HopGate("a", KEY, () -> InstantSource.system().instant().minusSeconds(11)).signer(7);
    for (String proof :
        List.of(
            good,
            forger.prove("b", "math-1", false, "POST", PATH),
            late.prove("b", "math-1", false, "POST", PATH),
            signer.prove("c", "math-1", false, "POST", PATH),
            signer.prove("b", "math-1", false, "POST", "/agents/other/execute"),
            "")) {
      RawClient.Reply reply = b.post(PATH, ADD, "X-Nexus-Hop: 1", "X-Nexus-Hop-Proof: " + proof);
      assertThat(reply.status()).as(proof).isEqualTo(403);
      assertThat(reply.code()).isEqualTo("forbidden");
      assertThat(reply.header("x-nexus-hop")).isEqualTo("unproved");
    }
    assertThat(b.post(PATH, ADD, "X_Nexus_Hop: 1").status()).isEqualTo(400);
    String twice = "X-Nexus-Hop-Proof: " + signer.prove("b", "math-1", false, "POST", PATH);
    assertThat(b.post(PATH, ADD, "X-Nexus-Hop: 1", twice, "X-Nexus-Hop: 1").status())
        .isEqualTo(403);
    assertThat(agent.requests).hasSize(1);
    assertThat(figure(b, "nexus_hops_refused_total{reason=\"forged\"}")).isEqualTo(2);
    assertThat(figure(b, "nexus_hops_refused_total{reason=\"replayed\"}")).isEqualTo(1);
    // One without the other is nothing, and gets nowhere.
    for (String half : List.of("X-Nexus-Hop: 99", "X-Nexus-Hop-Proof: x")) {
      assertThat(b.post(PATH, ADD, half).status()).as(half).isEqualTo(200);
    }
    assertThat(agent.requests).hasSize(3);
    assertThat(agent.requests.subList(1, 3))
        .noneMatch(request -> request.toLowerCase(Locale.ROOT).contains("hop"));
  }

  @Test
  void takesQuestionsFromGatewaysOnly() throws IOException {
    String question = "/api/v1/agents/math/logs?tail=5";
    HopSigner signer = new HopGate("a", KEY, InstantSource.system()).signer(5);
    HopSigner forger = new HopGate("a", HopKey.of("guess"), InstantSource.system()).signer(6);
    String good = signer.prove("b", Hop.ALL, false, "GET", question);
    RawClient.Reply answer = ask(question, good);
    assertThat(answer.body()).isEqualTo("asked " + question);
    assertThat(answer.header("x-nexus-hop")).isEqualTo(Hop.ANSWERED);
    for (String proof :
        List.of(
            good,
            forger.prove("b", Hop.ALL, false, "GET", question),
            signer.prove("c", Hop.ALL, false, "GET", question),
            signer.prove("b", Hop.ALL, false, "GET", question + "0"),
            signer.prove("b", Hop.ALL, false, "DELETE", question))) {
      RawClient.Reply refused = ask(question, proof);
      assertThat(refused.status()).as(proof).isEqualTo(403);
      assertThat(refused.header("x-nexus-hop")).isEqualTo("unproved");
    }
    // Whoever proves nothing is a caller, and no question is a call.
    RawClient.Reply caller = b.get(question);
    assertThat(caller.body()).isEqualTo("control /api/v1/agents/math/logs");
    assertThat(caller.header("x-nexus-hop")).isNull();
    RawUpstream agent = answering("{}");
    onlyAtB(agent);
    String call = signer.prove("b", Hop.ALL, false, "POST", PATH);
    assertThat(b.post(PATH, ADD, "X-Nexus-Hop: 1", "X-Nexus-Hop-Proof: " + call).status())
        .isEqualTo(421);
    assertThat(agent.requests).isEmpty();
  }

  private RawClient.Reply ask(String question, String proof) throws IOException {
    try (RawClient client = b.client()) {
      String hop = "X-Nexus-Hop: 1\r\nX-Nexus-Hop-Proof: " + proof + "\r\n";
      return client
          .send("GET " + question + " HTTP/1.1\r\nHost: localhost\r\n" + hop + "\r\n")
          .reply();
    }
  }

  @Test
  void neverPassesACallOnTwice() throws IOException {
    // b has none of its own, but knows of one at c: which a believes to be b's.
    RawUpstream third = answering("{}");
    b.fleet.show(
        "math",
        FakeFleet.limits(Duration.ofSeconds(20)),
        AgentState.HEALTHY,
        List.of(),
        0,
        Optional.empty());
    b.fleet.elsewhere("math", b.fleet.remote("math", 1, "c", third.port(), 64));
    HopSigner signer = new HopGate("a", KEY, InstantSource.system()).signer(5);
    RawClient.Reply reply =
        b.post(
            PATH,
            ADD,
            "X-Nexus-Hop: 1",
            "X-Nexus-Hop-Proof: " + signer.prove("b", "math-1", false, "POST", PATH));
    assertThat(reply.status()).isEqualTo(421);
    assertThat(reply.code()).isEqualTo("replica_unavailable");
    assertThat(reply.header("x-nexus-hop")).isEqualTo("gone");
    assertThat(reply.json().getBoolean("retryable")).isTrue();
    assertThat(third.connections()).isZero();
  }

  @Test
  void triesAnotherWhereTheReplicaIsGone() throws IOException {
    onlyAtB(answering("{}"));
    RawUpstream near = answering("near");
    // An unsafe call, with the first and only healthy choice elsewhere, and gone from there.
    a.fleet.show(
        "math",
        FakeFleet.limits(Duration.ofSeconds(20)),
        AgentState.DEGRADED,
        List.of(a.fleet.replica("math", 1, near.port())),
        0,
        Optional.empty());
    a.fleet.elsewhere("math", a.fleet.remote("math", 9, "b", b.port, 64));
    RawClient.Reply reply = a.post(PATH, ADD);
    assertThat(reply.body()).isEqualTo("near");
    assertThat(reply.header("x-nexus-attempts")).isEqualTo("2");
    assertThat(hops("gone")).isEqualTo(1);
    assertThat(a.fleet.failures).isEmpty();
  }

  @Test
  void doesNotRepeatWhatAGatewayMayHaveExecuted() throws Exception {
    CountDownLatch come = new CountDownLatch(2);
    RawUpstream agent =
        agent(
            connection -> {
              connection.read();
              come.countDown();
              connection.hang();
            });
    RawUpstream gatewayThatDies =
        agent(
            connection -> {
              connection.read();
              come.countDown();
              connection.reset();
            });
    RawUpstream near = answering("near");
    assertThat(agent.connections()).isZero();
    a.fleet.show(
        "math",
        FakeFleet.limits(Duration.ofSeconds(20)),
        AgentState.DEGRADED,
        List.of(a.fleet.replica("math", 1, near.port())),
        0,
        Optional.empty());
    a.fleet.elsewhere("math", a.fleet.remote("math", 9, "b", gatewayThatDies.port(), 64));
    RawClient.Reply unsafe = a.post(PATH, ADD);
    assertThat(unsafe.status()).isEqualTo(502);
    assertThat(unsafe.code()).isEqualTo("replica_broke");
    assertThat(near.requests).isEmpty();
    RawClient.Reply safe = a.post(PATH, LOOK);
    assertThat(safe.body()).isEqualTo("near");
    await(come);
  }

  @Test
  void tellsAReplicaThatBreaksFromItsGateway() throws IOException {
    onlyAtB(
        agent(
            connection -> {
              connection.read();
              connection.reset();
            }));
    RawUpstream near = answering("near");
    a.fleet.show(
        "math",
        FakeFleet.limits(Duration.ofSeconds(20)),
        AgentState.DEGRADED,
        List.of(a.fleet.replica("math", 5, near.port())),
        0,
        Optional.empty());
    a.fleet.elsewhere("math", a.fleet.remote("math", 1, "b", b.port, 64));
    assertThat(a.post(PATH, ADD).code()).isEqualTo("replica_broke");
    assertThat(a.post(PATH, LOOK).body()).isEqualTo("near");
    assertThat(hops("broke")).isEqualTo(2);
    assertThat(b.fleet.failures).hasSize(2).allMatch(each -> each.startsWith("math-1 "));
  }

  @Test
  void skipsAGatewayThatCannotBeReached() throws IOException {
    RawUpstream closed = answering("");
    closed.close();
    RawUpstream near = answering("near");
    a.fleet.show(
        "math",
        FakeFleet.limits(Duration.ofSeconds(20)),
        AgentState.DEGRADED,
        List.of(a.fleet.replica("math", 5, near.port())),
        0,
        Optional.empty());
    a.fleet.elsewhere(
        "math",
        a.fleet.remote("math", 1, "b", closed.port(), 64),
        a.fleet.remote("math", 2, "b", closed.port(), 64),
        a.fleet.remote("math", 3, "b", closed.port(), 64));
    RawClient.Reply reply = a.post(PATH, ADD);
    assertThat(reply.body()).isEqualTo("near");
    assertThat(reply.header("x-nexus-attempts")).isEqualTo("2");
  }

  @Test
  void waitsWhereItCameInForAPlaceElsewhere() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    CountDownLatch come = new CountDownLatch(1);
    RawUpstream agent =
        agent(
            connection -> {
              while (connection.read() != null) {
                come.countDown();
                await(go);
                connection.answer(200, "{}");
              }
            });
    Replica one =
        b.fleet.replica("math", 1, agent.port(), 1, new ReplicaCircuit("x", System::nanoTime));
    b.fleet.show(
        "math",
        FakeFleet.limits(Duration.ofSeconds(20)),
        AgentState.HEALTHY,
        List.of(one),
        1,
        Optional.empty());
    nothingAtA(a.fleet.remote("math", 1, "b", b.port, 64));
    try (RawClient first = b.client();
        RawClient second = a.client()) {
      first.post(PATH, ADD);
      await(come);
      second.post(PATH, ADD);
      ProxyFixture.until(() -> hops("busy") >= 2);
      go.countDown();
      assertThat(first.reply().status()).isEqualTo(200);
      RawClient.Reply reply = second.reply();
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.header("x-nexus-attempts")).isNull();
    }
  }

  @Test
  void blamesTheReplicaThatLetsTheManifestsTimePass() throws IOException {
    RawUpstream agent =
        agent(
            connection -> {
              connection.read();
              connection.hang();
            });
    b.fleet.serve("math", FakeFleet.limits(Duration.ofMillis(200)), agent.port());
    a.fleet.show(
        "math",
        FakeFleet.limits(Duration.ofMillis(200)),
        AgentState.HEALTHY,
        List.of(),
        0,
        Optional.empty());
    Replica remote = a.fleet.remote("math", 1, "b", b.port, 64);
    a.fleet.elsewhere("math", remote);
    for (int i = 0; i < 10; i++) {
      RawClient.Reply reply = a.post(PATH, ADD);
      assertThat(reply.status()).isEqualTo(504);
      assertThat(reply.json().getString("detail")).contains("limits.timeout");
    }
    assertThat(hops("late")).as("the owner tells, unless it is as late").isPositive();
    Replica owned = b.fleet.view().agent("math").routable().get(0);
    ProxyFixture.until(() -> owned.circuit().state().equals("open"));
    assertThat(remote.circuit().state()).isEqualTo("open");
  }

  @Test
  void passesOnRoutesOfTheAgentsOwn() throws IOException {
    RawUpstream agent = answering("report");
    b.fleet.expose("math", FakeFleet.limits(Duration.ofSeconds(20)), agent.port(), "/report/*");
    a.fleet.expose("math", FakeFleet.limits(Duration.ofSeconds(20)), 1, "/report/*");
    nothingOfItsOwnAtA();
    RawClient.Reply reply = a.get("/agents/math/http/report/a%20b?x=%2F1&y");
    assertThat(reply.body()).isEqualTo("report");
    assertThat(agent.requests.get(0))
        .startsWith("GET /report/a%20b?x=%2F1&y HTTP/1.1\r\n")
        .contains("X-Forwarded-Prefix: /agents/math/http\r\n")
        .doesNotContainIgnoringCase("x-nexus-hop");
    assertThat(a.get("/agents/math/http/other").status()).isEqualTo(404);
    assertThat(hops("answer")).isEqualTo(1);
  }

  /** The agent at a as it is, but for its replicas, which are at b. */
  private void nothingOfItsOwnAtA() {
    a.fleet.elsewhere("math", a.fleet.remote("math", 1, "b", b.port, 64));
    a.fleet.withoutOwn("math");
  }

  @Test
  void doesNotRepeatWhatAnEndingOwnerCutsOff() throws Exception {
    CountDownLatch come = new CountDownLatch(1);
    onlyAtB(
        agent(
            connection -> {
              connection.read();
              come.countDown();
              connection.hang();
            }));
    RawUpstream near = answering("near");
    try (RawClient client = a.client()) {
      client.post(PATH, ADD);
      await(come);
      a.fleet.show(
          "math",
          FakeFleet.limits(Duration.ofSeconds(20)),
          AgentState.HEALTHY,
          List.of(a.fleet.replica("math", 5, near.port())),
          1,
          Optional.empty());
      ProxyFixture.await(b.server.close(Duration.ofMillis(1)));
      RawClient.Reply reply = client.reply();
      assertThat(reply.status()).isEqualTo(502);
      assertThat(reply.code()).isEqualTo("replica_broke");
    }
    assertThat(near.requests).isEmpty();
  }

  @Test
  void sendsElsewhereWhileTheOwnerDrains() throws IOException {
    RawUpstream far = answering("far");
    onlyAtB(far);
    assertThat(a.post(PATH, ADD).body()).isEqualTo("far");
    b.server.drain();
    RawUpstream near = answering("near");
    a.fleet.show(
        "math",
        FakeFleet.limits(Duration.ofSeconds(20)),
        AgentState.DEGRADED,
        List.of(a.fleet.replica("math", 5, near.port())),
        0,
        Optional.empty());
    a.fleet.elsewhere("math", a.fleet.remote("math", 1, "b", b.port, 64));
    assertThat(a.post(PATH, ADD).body()).isEqualTo("near");
    assertThat(far.requests).hasSize(1);
  }
}
