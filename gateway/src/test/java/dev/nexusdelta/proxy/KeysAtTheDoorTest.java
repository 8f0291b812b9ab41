package dev.nexusdelta.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.exchange.RawUpstream;
import dev.nexusdelta.hop.HopGate;
import dev.nexusdelta.hop.HopKey;
import dev.nexusdelta.keyed.CallKey;
import dev.nexusdelta.keyed.Claim;
import dev.nexusdelta.keyed.ClaimState;
import dev.nexusdelta.keyed.Fingerprint;
import dev.nexusdelta.keyed.KeyedCalls;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Callers by their keys: who may call what. */
@Timeout(60)
class KeysAtTheDoorTest {
  private static final String ADD = "{\"tool_name\":\"add\",\"parameters\":{}}";
  private static final String PATH = "/agents/math/execute";

  @TempDir Path folder;
  private final FakeKeys keys = new FakeKeys();
  private final List<String> claimed = new CopyOnWriteArrayList<>();
  private final RawUpstream agent = RawUpstream.answering("{\"result\":3}");
  private ProxyFixture proxy;

  @BeforeEach
  void open() {
    open(false);
  }

  private void open(boolean always) {
    proxy = new ProxyFixture(folder, keys.callers(always), remembering(), Optional.empty());
    proxy.fleet.expose(
        "Math", FakeFleet.limits(Duration.ofSeconds(20)), agent.port(), "GET /report");
    proxy.fleet.serve("other", agent.port());
  }

  @AfterEach
  void close() {
    proxy.close();
    agent.close();
  }

  private KeyedCalls remembering() {
    return new KeyedCalls() {
      @Override
      public Future<Standing> claim(CallKey key, Fingerprint print, String requestId) {
        claimed.add(key.caller().id());
        return Future.succeededFuture(new Mine(Claim.begun(key, print, "", requestId, 0)));
      }

      @Override
      public Future<Void> end(Claim mine, ClaimState end) {
        return Future.succeededFuture();
      }

      @Override
      public Future<Void> release(Claim mine) {
        return Future.succeededFuture();
      }
    };
  }

  private static String bearer(String token) {
    return "Authorization: Bearer " + token;
  }

  private RawClient.Reply send(String method, String path, String... headers) throws IOException {
    try (RawClient client = proxy.client()) {
      return client
          .send(
              method
                  + " "
                  + path
                  + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                  + "Content-Length: 2\r\n"
                  + String.join("\r\n", headers)
                  + (headers.length == 0 ? "" : "\r\n")
                  + "\r\n{}")
          .reply();
    }
  }

  @Test
  void nothingIsAskedForWhileThereIsNoKey() throws IOException {
    assertThat(proxy.post(PATH, ADD).status()).isEqualTo(200);
    assertThat(proxy.post(PATH, ADD, bearer("nxd_old")).status()).isEqualTo(200);
    assertThat(proxy.post(PATH, ADD, "Authorization: Basic eDp5").status()).isEqualTo(200);
    assertThat(agent.requests).hasSize(3).noneMatch(head -> head.contains("uthorization"));
    assertThat(claimed).isEmpty();
    proxy.post(PATH, ADD, "Idempotency-Key: k");
    assertThat(claimed).containsExactly("");
    assertThat(proxy.accessLines()).noneMatch(line -> line.contains("\"key\""));
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /agents/math/tools/add",
    "POST, /agents/math/execute",
    "POST, /agents/none/execute",
    "GET, /agents/math/http/report",
    "GET, /agents",
    "GET, /agents/math/tools",
    "GET, /agents/math/health",
    "PUT, /agents/math/tools"
  })
  void isAskedForOnEveryRouteOnceThereIsOne(String method, String path) throws IOException {
    String token = keys.add("ops", "invoke:*");
    String expired = keys.addExpired("late", "invoke:*");
    RawClient.Reply none = send(method, path);
    assertThat(none.status()).isEqualTo(401);
    assertThat(none.code()).isEqualTo("unauthorized");
    assertThat(none.header("www-authenticate")).startsWith("Bearer");
    assertThat(none.json().getString("hint")).contains("nexus keys create");
    assertThat(send(method, path, bearer(FakeKeys.other(token))).status()).isEqualTo(401);
    assertThat(send(method, path, "Authorization: Basic eDp5").status()).isEqualTo(401);
    assertThat(send(method, path, "X-Api-Key: " + token).status()).isEqualTo(401);
    assertThat(send(method, path, bearer(token), bearer(token)).status()).isEqualTo(401);
    RawClient.Reply late = send(method, path, bearer(expired));
    assertThat(late.status()).isEqualTo(401);
    assertThat(late.json().getString("detail")).contains("late", "expired");
    assertThat(send(method, path, bearer(token)).status()).isIn(200, 404, 405);
    assertThat(send(method, path, "authorization: bEARER " + token).status()).isNotEqualTo(401);
    assertThat(send(method, path, bearer(FakeKeys.OPERATOR)).status()).isIn(200, 404, 405);
  }

  @Test
  void isAskedForBeyondLoopbackEvenIfThereIsNone() throws IOException {
    proxy.close();
    open(true);
    assertThat(proxy.post(PATH, ADD).status()).isEqualTo(401);
    assertThat(proxy.post(PATH, ADD, bearer(FakeKeys.OPERATOR)).status()).isEqualTo(200);
  }

  @Test
  void whoHasAKeyMayUseAnyNameButNoForeignPage() throws IOException {
    String token = keys.add("ops", "invoke:*");
    try (RawClient client = proxy.client()) {
      String head = "GET /agents HTTP/1.1\r\nHost: gateway.example:8080\r\n" + bearer(token);
      assertThat(client.send(head + "\r\n\r\n").reply().status()).isEqualTo(200);
      String own = "\r\nOrigin: https://gateway.example:8080\r\n\r\n";
      assertThat(client.send(head + own).reply().status()).isEqualTo(200);
      RawClient.Reply foreign =
          client.send(head + "\r\nOrigin: https://evil.example\r\n\r\n").reply();
      assertThat(foreign.status()).isEqualTo(403);
      assertThat(foreign.json().getString("detail")).contains("origin");
    }
  }

  @Test
  void aKeyIsWorthNothingTheMomentItIsTakenAway() throws IOException {
    String first = keys.add("first", "invoke:*");
    String second = keys.add("second", "invoke:*");
    try (RawClient client = proxy.client()) {
      assertThat(client.post(PATH, ADD, bearer(first)).reply().status()).isEqualTo(200);
      assertThat(client.post(PATH, ADD, bearer(first)).reply().status()).isEqualTo(200);
      keys.remove("first");
      assertThat(client.post(PATH, ADD, bearer(first)).reply().status()).isEqualTo(401);
      assertThat(client.post(PATH, ADD, bearer(second)).reply().status()).isEqualTo(200);
      assertThat(client.post(PATH, ADD).reply().status()).isEqualTo(401);
    }
    assertThat(keys.used).containsExactly("first", "first", "second");
  }

  @Test
  void aKeyForAnAgentCallsAllOfIt() throws IOException {
    String token = keys.add("ci", "invoke:MATH");
    assertThat(proxy.post(PATH, ADD, bearer(token)).status()).isEqualTo(200);
    assertThat(proxy.post("/agents/Math/tools/set", "{}", bearer(token)).status()).isEqualTo(200);
    assertThat(send("GET", "/agents/math/http/report", bearer(token)).status()).isEqualTo(200);
    String large = "{\"tool_name\":\"add\",\"parameters\":\"" + "x".repeat(80_000) + "\"}";
    assertThat(proxy.post(PATH, large, bearer(token)).status()).isEqualTo(200);
    RawClient.Reply other = proxy.post("/agents/other/execute", ADD, bearer(token));
    assertThat(other.status()).isEqualTo(403);
    assertThat(other.json().getString("detail"))
        .contains("key ci", "invoke:other", "has invoke:math");
    // Whether there is such an agent is not for it to know.
    RawClient.Reply none = proxy.post("/agents/otter/execute", ADD, bearer(token));
    assertThat(none.status()).isEqualTo(403);
    assertThat(none.body()).doesNotContain("did you mean");
    assertThat(proxy.post("/agents/0/execute", ADD, bearer(token)).status()).isEqualTo(403);
    assertThat(agent.requests).hasSize(4).noneMatch(head -> head.contains("uthorization"));
  }

  @Test
  void aKeyForAToolCallsNoOther() throws IOException {
    String token = keys.add("ci", "invoke:math/add", "invoke:math/look");
    String auth = bearer(token);
    assertThat(proxy.post(PATH, ADD, auth).status()).isEqualTo(200);
    assertThat(proxy.post("/agents/math/tools/look", "{}", auth).status()).isEqualTo(200);
    RawClient.Reply set = proxy.post(PATH, "{\"tool_name\":\"set\"}", auth);
    assertThat(set.status()).isEqualTo(403);
    assertThat(set.json().getString("detail"))
        .contains("tool set", "invoke:math/set", "has invoke:math/add invoke:math/look");
    assertThat(proxy.post("/agents/math/tools/set", "{}", auth).status()).isEqualTo(403);
    assertThat(send("GET", "/agents/math/http/report", auth).status()).isEqualTo(403);
    for (String unclear :
        new String[] {
          "{}",
          "{\"tool_name\":\"add\",\"tool_name\":\"set\"}",
          "{\"tool_name\":[\"add\"]}",
          "[\"add\"]",
          "{\"tool_name\":\"ADD\"}",
          "{\"tool_name\":\"add\",\"x\":\"" + "x".repeat(70_000) + "\"}"
        }) {
      RawClient.Reply reply = proxy.post(PATH, unclear, auth);
      assertThat(reply.status()).as(unclear).isEqualTo(403);
    }
    assertThat(proxy.post(PATH, ADD, auth, "Content-Encoding: gzip").status()).isEqualTo(403);
    String chunked =
        "POST "
            + PATH
            + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            + auth
            + "\r\nTransfer-Encoding: chunked\r\n\r\n11170\r\n";
    try (RawClient client = proxy.client()) {
      assertThat(client.send(chunked + " ".repeat(0x11170) + "\r\n0\r\n\r\n").reply().status())
          .isEqualTo(403);
    }
    assertThat(agent.requests).hasSize(2);
  }

  @Test
  void anotherAlphabetIsNoWayAround() throws IOException {
    String auth = bearer(keys.add("ci", "invoke:math/add"));
    String head = "POST " + PATH + " HTTP/1.1\r\nHost: x\r\n" + auth + "\r\nContent-Length: ";
    for (String type :
        new String[] {"charset=utf-7", "charset=utf-8;charset=utf-7", "x=\"charset"}) {
      try (RawClient client = proxy.client()) {
        client.send(
            head + ADD.length() + "\r\nContent-Type: application/json;" + type + "\r\n\r\n" + ADD);
        assertThat(client.reply().status()).as(type).isEqualTo(403);
      }
    }
    try (RawClient client = proxy.client()) {
      client.send(
          head + ADD.length() + "\r\nContent-Type: application/json; Charset=UTF-8\r\n\r\n" + ADD);
      assertThat(client.reply().status()).isEqualTo(200);
    }
  }

  @Test
  void showsEachWhatIsForIt() throws IOException {
    String one = bearer(keys.add("one", "invoke:math/add"));
    String reads = bearer(keys.add("reads", "read"));
    assertThat(send("GET", "/agents", one).json().getJsonArray("agents"))
        .singleElement()
        .satisfies(it -> assertThat(((JsonObject) it).getString("name")).isEqualTo("Math"));
    assertThat(send("GET", "/agents", reads).json().getJsonArray("agents")).hasSize(2);
    assertThat(send("GET", "/agents/math/tools", one).json().getJsonArray("tools"))
        .singleElement()
        .satisfies(it -> assertThat(((JsonObject) it).getString("name")).isEqualTo("add"));
    assertThat(send("GET", "/agents/math/tools", reads).json().getJsonArray("tools")).hasSize(3);
    assertThat(send("GET", "/agents/math/health", one).status()).isEqualTo(200);
    assertThat(send("GET", "/agents/other/health", one).status()).isEqualTo(403);
    assertThat(send("GET", "/agents/other/tools", one).status()).isEqualTo(403);
    assertThat(proxy.post(PATH, ADD, reads).status()).isEqualTo(403);
  }

  @Test
  void keyedCallsOfTwoCallersAreTwo() throws IOException {
    String first = keys.add("first", "invoke:*");
    String second = keys.add("second", "invoke:*");
    for (String token : new String[] {first, second, FakeKeys.OPERATOR}) {
      assertThat(proxy.post(PATH, ADD, bearer(token), "Idempotency-Key: k").status())
          .isEqualTo(200);
    }
    assertThat(claimed).containsExactly(FakeKeys.id(first), FakeKeys.id(second), "admin");
  }

  @Test
  void countsAgainstTheRateOfItsKey() throws IOException {
    // So slow that nothing is added while the test runs; three at once.
    String auth = bearer(keys.addWithRate("slow", "30/h", "invoke:*"));
    for (int left = 2; left >= 0; left--) {
      RawClient.Reply reply = proxy.post(PATH, ADD, auth);
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.header("ratelimit-policy")).isEqualTo("\"default\";q=30;w=3600");
      assertThat(reply.header("ratelimit")).startsWith("\"default\";r=" + left + ";t=");
    }
    RawClient.Reply late = proxy.post(PATH, ADD, auth);
    assertThat(late.status()).isEqualTo(429);
    assertThat(late.code()).isEqualTo("rate_limited");
    assertThat(late.json().getString("detail")).contains("key slow", "30/h");
    assertThat(Integer.parseInt(late.header("retry-after"))).isBetween(110, 120);
    assertThat(late.header("ratelimit")).startsWith("\"default\";r=0;");
    assertThat(send("GET", "/agents", auth).status()).isEqualTo(429);
    assertThat(agent.requests).hasSize(3);
    // Others have a rate of their own, or none.
    RawClient.Reply free = proxy.post(PATH, ADD, bearer(keys.add("free", "invoke:*")));
    assertThat(free.status()).isEqualTo(200);
    assertThat(free.header("ratelimit")).isNull();
    assertThat(proxy.post(PATH, ADD, auth).status()).isEqualTo(429);
    ProxyFixture.until(
        () ->
            proxy
                .metrics
                .scrape()
                .contains("nexus_requests_total{agent=\"math\",code=\"429\",tool=\"_other\"} 2"));
    assertThat(proxy.accessLines())
        .filteredOn(line -> line.contains("rate_limited"))
        .hasSize(3)
        .allMatch(line -> line.contains("\"key\":\"slow\""));
  }

  @Test
  void guestsOfASideDoorNeedOneToo() throws IOException {
    ProxyServer.SideDoor door =
        ProxyFixture.await(proxy.server.alsoListen("127.0.0.2", 0, peer -> true));
    ProxyServer.SideDoor gateways = ProxyFixture.await(proxy.server.hearGateways("127.0.0.2", 0));
    String head = "GET /agents HTTP/1.1\r\nHost: nexus\r\n";
    assertThat(status("127.0.0.2", door, head)).isEqualTo(200);
    String auth = bearer(keys.add("agent", "invoke:*")) + "\r\n";
    assertThat(status("127.0.0.2", door, head)).isEqualTo(401);
    assertThat(status("127.0.0.2", door, head + auth)).isEqualTo(200);
    // Behind the other gateways' door nobody else is served, with a key or without.
    assertThat(status("127.0.0.2", gateways, head + auth)).isEqualTo(421);
  }

  private static int status(String to, ProxyServer.SideDoor door, String head) throws IOException {
    try (RawClient client = new RawClient("127.0.0.3", to, door.port())) {
      return client.send(head + "\r\n").reply().status();
    }
  }

  @Test
  void whatAGatewayPassesOnIsJudgedOnce() throws IOException {
    HopKey secret = HopKey.of("the cluster's secret");
    Path far = Files.createDirectory(folder.resolve("far"));
    Path near = Files.createDirectory(folder.resolve("near"));
    try (ProxyFixture b =
            new ProxyFixture(
                far,
                keys.callers(true),
                remembering(),
                Optional.of(new HopGate("b", secret, InstantSource.system())));
        ProxyFixture a =
            new ProxyFixture(
                near,
                keys.callers(true),
                remembering(),
                Optional.of(new HopGate("a", secret, InstantSource.system())))) {
      b.fleet.serve("math", agent.port());
      a.fleet.serve("math");
      a.fleet.elsewhere("math", a.fleet.remote("math", 1, "b", b.port, 64));
      String auth = bearer(keys.addWithRate("ci", "20/h", "invoke:math/add"));
      RawClient.Reply reply = a.post(PATH, ADD, auth, "Idempotency-Key: k");
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.header("ratelimit")).contains("r=1;");
      assertThat(claimed).containsExactly(FakeKeys.id(auth.substring(22)));
      assertThat(agent.requests).singleElement().asString().doesNotContain("nxd_", "uthorization");
      // Who only says that it is a gateway needs a key, and is refused with one.
      assertThat(b.post(PATH, ADD).status()).isEqualTo(401);
      assertThat(b.post(PATH, ADD, "X-Nexus-Hop: 1", "X-Nexus-Hop-Proof: no").status())
          .isEqualTo(403);
      assertThat(a.post(PATH, "{\"tool_name\":\"set\"}", auth).status()).isEqualTo(403);
      assertThat(keys.used).containsExactly("ci", "ci");
    }
  }

  @Test
  void whoCalledIsInTheRecords() throws IOException {
    String auth = bearer(keys.add("ci-bot", "invoke:math"));
    proxy.post(PATH, ADD, auth, "X-Request-Id: good");
    proxy.post("/agents/other/execute", ADD, auth, "X-Request-Id: bad");
    ProxyFixture.until(() -> proxy.history.find("bad").isPresent());
    ProxyFixture.until(() -> proxy.history.find("good").isPresent());
    for (String id : new String[] {"good", "bad"}) {
      assertThat(proxy.history.find(id).orElseThrow().caller())
          .matches("127\\.0\\.0\\.1:[0-9]+ with the key ci-bot");
    }
    assertThat(proxy.accessLines())
        .hasSize(2)
        .allMatch(line -> line.contains("\"key\":\"ci-bot\""))
        .noneMatch(line -> line.toLowerCase(Locale.ROOT).contains("nxd_"));
  }
}
