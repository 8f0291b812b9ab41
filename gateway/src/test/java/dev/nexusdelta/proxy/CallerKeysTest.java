package dev.nexusdelta.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.exchange.RawUpstream;
import dev.nexusdelta.keys.ApiKey;
import dev.nexusdelta.keys.CallRate;
import dev.nexusdelta.keys.KeyRing;
import dev.nexusdelta.keys.KeyToken;
import dev.nexusdelta.keys.Scopes;
import dev.nexusdelta.quota.Quotas;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets in where keys are asked for. */
@Timeout(60)
class CallerKeysTest {
  private static final Instant NOW = Instant.now();
  private static final String OPERATOR = "nxa_the-operators-own-token-0123456789";
  private static final String SUM = "{\"tool_name\":\"add\",\"parameters\":{}}";
  private static final String MEAN = "{\"tool_name\":\"set\",\"parameters\":{}}";

  @TempDir Path folder;
  private final Random random = new Random(7);
  private final AtomicReference<KeyRing> ring = new AtomicReference<>(KeyRing.EMPTY);
  private final List<ApiKey> made = new ArrayList<>();
  private final Queue<String> used = new ConcurrentLinkedQueue<>();
  private ProxyFixture proxy;
  private RawUpstream agent;

  @BeforeEach
  void open() throws IOException {
    proxy = new ProxyFixture(folder, keys(false));
    agent =
        new RawUpstream(
            connection -> {
              while (connection.read() != null) {
                connection.answer(200, "{\"result\":1}", "Content-Type: application/json");
              }
            });
    proxy.fleet.expose(
        "Math", FakeFleet.limits(java.time.Duration.ofSeconds(20)), agent.port(), "GET /report");
  }

  private CallerKeys keys(boolean always) {
    return new CallerKeys(
        ring::get, always, OPERATOR::equals, used::add, new Quotas(System::nanoTime));
  }

  @AfterEach
  void close() throws IOException {
    agent.close();
    proxy.close();
  }

  private String key(String name, String... scopes) {
    return key(name, Optional.empty(), Optional.empty(), scopes);
  }

  private String key(
      String name, Optional<Instant> expires, Optional<CallRate> rate, String... scopes) {
    KeyToken token = KeyToken.fresh(random);
    Scopes all = Scopes.of(List.of(scopes));
    made.add(new ApiKey(token.id(), name, token.hash(), all, NOW, "test", expires, rate));
    ring.set(new KeyRing(made));
    return token.reveal();
  }

  private RawClient.Reply call(String token, String path, String body) throws IOException {
    return proxy.post(path, body, "Authorization: Bearer " + token);
  }

  private RawClient.Reply get(String token, String path) throws IOException {
    try (RawClient client = proxy.client()) {
      client.send(
          "GET "
              + path
              + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
              + token
              + "\r\n\r\n");
      return client.reply();
    }
  }

  @Test
  void withoutKeysNobodyIsAskedAndOldHeadersDoNotMatter() throws IOException {
    assertThat(proxy.post("/agents/math/execute", SUM).status()).isEqualTo(200);
    assertThat(call("nxd_old", "/agents/math/execute", SUM).status()).isEqualTo(200);
    assertThat(proxy.post("/agents/math/execute", SUM, "Host: evil.example").status())
        .isIn(400, 421);
    assertThat(used).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /agents/math/execute",
        "POST /agents/math/tools/add",
        "GET /agents/math/http/report",
        "GET /agents",
        "GET /agents/math/tools",
        "GET /agents/math/openapi.json",
        "GET /agents/math/health",
        "GET /agents/nobody/health"
      })
  void onceThereIsAKeyEveryRouteAsksForOne(String route) throws IOException {
    String other = key("other", "invoke:TextAgent");
    for (String header :
        new String[] {
          "", "Authorization: Bearer nxd_wrong\r\n", "Authorization: Basic bmV4dXM6eA==\r\n"
        }) {
      try (RawClient client = proxy.client()) {
        client.send(
            route
                + " HTTP/1.1\r\nHost: localhost\r\n"
                + header
                + "Content-Type: application/json\r\nContent-Length: 0\r\n\r\n");
        RawClient.Reply reply = client.reply();
        assertThat(reply.status()).as(header).isEqualTo(401);
        assertThat(reply.code()).isEqualTo("unauthorized");
        assertThat(reply.header("www-authenticate")).startsWith("Bearer");
      }
    }
    try (RawClient client = proxy.client()) {
      client.send(
          route
              + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
              + other
              + "\r\nContent-Type: application/json\r\nContent-Length: 0\r\n\r\n");
      RawClient.Reply reply = client.reply();
      boolean list = route.endsWith("/agents");
      assertThat(reply.status()).isEqualTo(list ? 200 : 403);
      if (list) {
        assertThat(reply.json().getJsonArray("agents")).isEmpty();
      } else {
        assertThat(reply.json().getString("detail")).contains("other", "invoke:textagent");
      }
    }
    assertThat(agent.requests).isEmpty();
  }

  @Test
  void aKeyOpensWhatItsScopesSay() throws IOException {
    String whole = key("whole", "invoke:Math");
    String one = key("one", "invoke:Math/add");
    String reads = key("reads", "read");
    assertThat(call(whole, "/agents/MATH/execute", MEAN).status()).isEqualTo(200);
    assertThat(get(whole, "/agents/math/http/report").status()).isEqualTo(200);
    assertThat(call(one, "/agents/math/execute", SUM).status()).isEqualTo(200);
    assertThat(call(one, "/agents/math/tools/add", "{}").status()).isEqualTo(200);
    assertThat(call(one, "/agents/math/execute", MEAN).status()).isEqualTo(403);
    assertThat(call(one, "/agents/math/tools/set", "{}").status()).isEqualTo(403);
    assertThat(get(one, "/agents/math/http/report").status()).isEqualTo(403);
    assertThat(call(reads, "/agents/math/execute", SUM).status()).isEqualTo(403);
    assertThat(get(reads, "/agents").json().getJsonArray("agents")).hasSize(1);
    assertThat(get(one, "/agents/math/health").status()).isEqualTo(200);
    assertThat(call(OPERATOR, "/agents/math/execute", MEAN).status()).isEqualTo(200);
    assertThat(agent.requests).hasSize(5).noneMatch(it -> it.contains("nxd_"));
  }

  /** Each could be read as another tool by the agent than by the gateway. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"tool_name\":\"add\",\"tool_name\":\"set\"}",
        "{\"tool_name\":\"add\"",
        "{\"parameters\":{\"tool_name\":\"add\"}}",
        "[]",
        "",
        "{\"tool_name\":5}"
      })
  void aKeyForOneToolSendsNoBodyThatIsUnclear(String body) throws IOException {
    String one = key("one", "invoke:Math/add");
    assertThat(call(one, "/agents/math/execute", body).status()).isIn(400, 403);
    assertThat(agent.requests).isEmpty();
  }

  @Test
  void aKeyForOneToolSendsNoBodyThatIsNotRead() throws IOException {
    String one = key("one", "invoke:Math/add");
    String large = "{\"tool_name\":\"add\",\"parameters\":{\"a\":\"" + "x".repeat(70_000) + "\"}}";
    assertThat(call(one, "/agents/math/execute", large).status()).isEqualTo(403);
    try (RawClient client = proxy.client()) {
      client.send(
          "POST /agents/math/execute HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
              + one
              + "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
              + Integer.toHexString(large.length())
              + "\r\n"
              + large
              + "\r\n0\r\n\r\n");
      assertThat(client.reply().status()).isEqualTo(403);
    }
    assertThat(agent.requests).isEmpty();
    String whole = key("whole", "invoke:Math");
    assertThat(call(whole, "/agents/math/execute", large).status()).isEqualTo(200);
  }

  @Test
  void aKeyEndsWithItsTimeAndWhenItIsTakenAway() throws IOException {
    String old = key("old", Optional.of(NOW.minusSeconds(1)), Optional.empty(), "invoke:Math");
    RawClient.Reply late = call(old, "/agents/math/execute", SUM);
    assertThat(late.status()).isEqualTo(401);
    assertThat(late.json().getString("detail")).contains("old", "expired");
    String good = key("good", "invoke:Math");
    try (RawClient client = proxy.client()) {
      String[] header = {"Authorization: Bearer " + good};
      assertThat(client.post("/agents/math/execute", SUM, header).reply().status()).isEqualTo(200);
      assertThat(client.post("/agents/math/execute", SUM, header).reply().status()).isEqualTo(200);
      made.remove(made.size() - 1);
      ring.set(new KeyRing(made));
      assertThat(client.post("/agents/math/execute", SUM, header).reply().status()).isEqualTo(401);
    }
    assertThat(used).hasSize(2);
  }

  @Test
  void pagesOfOthersAreRefusedWithAKeyTooAndAnyNameServes() throws IOException {
    String good = key("good", "invoke:Math");
    for (String[] each :
        new String[][] {
          {"gateway.example", "", "200"},
          {"gateway.example", "Origin: http://evil.example\r\n", "403"},
          {"gateway.example", "Origin: http://gateway.example\r\n", "200"}
        }) {
      try (RawClient client = proxy.client()) {
        client.send(
            "POST /agents/math/execute HTTP/1.1\r\nHost: "
                + each[0]
                + "\r\n"
                + each[1]
                + "Authorization: Bearer "
                + good
                + "\r\nContent-Type: application/json\r\nContent-Length: "
                + SUM.length()
                + "\r\n\r\n"
                + SUM);
        assertThat(client.reply().status()).isEqualTo(Integer.parseInt(each[2]));
      }
    }
  }

  @Test
  void aKeyIsUsedNoMoreOftenThanItsRateSays() throws IOException {
    Optional<CallRate> rate = Optional.of(CallRate.of("3/h"));
    String slow = key("slow", Optional.empty(), rate, "invoke:Math");
    RawClient.Reply first = call(slow, "/agents/math/execute", SUM);
    assertThat(first.status()).isEqualTo(200);
    assertThat(first.header("ratelimit-policy")).isEqualTo("\"default\";q=3;w=3600");
    assertThat(first.header("ratelimit")).startsWith("\"default\";r=0;t=");
    RawClient.Reply second = call(slow, "/agents/math/execute", SUM);
    assertThat(second.status()).isEqualTo(429);
    assertThat(second.code()).isEqualTo("rate_limited");
    assertThat(Integer.parseInt(second.header("retry-after"))).isBetween(1100, 1200);
    assertThat(second.header("ratelimit")).startsWith("\"default\";r=0;t=");
    String other = key("other", "invoke:Math");
    RawClient.Reply free = call(other, "/agents/math/execute", SUM);
    assertThat(free.status()).isEqualTo(200);
    assertThat(free.header("ratelimit")).isNull();
  }

  @Test
  void whatIsShownIsNowhereToBeFound() throws IOException {
    String good = key("good", "invoke:Math");
    String old = key("old", Optional.of(NOW.minusSeconds(1)), Optional.empty(), "invoke:Math");
    String wrong = KeyToken.fresh(random).reveal();
    List<String> answers = new ArrayList<>();
    for (String token : List.of(good, old, wrong, good + "x", OPERATOR)) {
      answers.add(call(token, "/agents/math/execute", SUM).body());
      answers.add(call(token, "/agents/none/execute", SUM).body());
      answers.add(get(token, "/agents").body());
      answers.add(proxy.post("/agents/math/execute", SUM, "Authorization: " + token).body());
    }
    answers.add(proxy.metrics.scrape());
    proxy.history.settle();
    answers.add(proxy.history.toString());
    answers.addAll(proxy.accessLines());
    assertThat(String.join("\n", proxy.accessLines())).contains("good");
    for (String token : List.of(good, old, wrong, OPERATOR)) {
      String secret = token.substring(token.length() - 20);
      assertThat(answers).noneMatch(it -> it.contains(secret));
      assertThat(agent.requests).noneMatch(it -> it.contains(secret));
    }
  }
}
