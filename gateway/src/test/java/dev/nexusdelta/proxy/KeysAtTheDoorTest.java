package dev.nexusdelta.proxy;

import static dev.nexusdelta.proxy.GuardedProxy.ADD;
import static dev.nexusdelta.proxy.GuardedProxy.PATH;
import static dev.nexusdelta.proxy.GuardedProxy.bearer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.hop.HopGate;
import dev.nexusdelta.hop.HopKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who gets in: when a key is asked for, and what counts as one. */
@Timeout(60)
class KeysAtTheDoorTest {
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

  @Test
  void nothingIsAskedForWhileThereIsNoKey() throws IOException {
    assertThat(door.post(PATH, ADD).status()).isEqualTo(200);
    assertThat(door.post(PATH, ADD, bearer("nxd_old")).status()).isEqualTo(200);
    assertThat(door.post(PATH, ADD, "Authorization: Basic eDp5").status()).isEqualTo(200);
    assertThat(door.agent.requests).hasSize(3).noneMatch(head -> head.contains("uthorization"));
    assertThat(door.claimed).isEmpty();
    assertThat(door.post(PATH, ADD, "Host: evil.example").status()).isIn(400, 421);
    assertThat(door.keys.used).isEmpty();
    door.post(PATH, ADD, "Idempotency-Key: k");
    assertThat(door.claimed).containsExactly("");
    assertThat(door.proxy.accessLines()).noneMatch(line -> line.contains("\"key\""));
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /agents/math/tools/add",
    "POST, /agents/math/execute",
    "POST, /agents/none/execute",
    "GET, /agents/math/http/report",
    "GET, /agents",
    "GET, /agents/math/tools",
    "GET, /agents/math/openapi.json",
    "GET, /agents/math/health",
    "GET, /agents/none/health",
    "PUT, /agents/math/tools"
  })
  void isAskedForOnEveryRouteOnceThereIsOne(String method, String path) throws IOException {
    String token = door.keys.add("ops", "invoke:*");
    String expired = door.keys.addExpired("late", "invoke:*");
    RawClient.Reply none = door.send(method, path);
    assertThat(none.json().getString("hint")).contains("nexus keys create");
    for (RawClient.Reply reply :
        List.of(
            none,
            door.send(method, path, bearer("nxd_wrong")),
            door.send(method, path, bearer(FakeKeys.other(token))),
            door.send(method, path, "Authorization: Basic eDp5"))) {
      assertThat(reply.status()).isEqualTo(401);
      assertThat(reply.code()).isEqualTo("unauthorized");
      assertThat(reply.header("www-authenticate")).startsWith("Bearer");
    }
    assertThat(door.send(method, path, "X-Api-Key: " + token).status()).isEqualTo(401);
    assertThat(door.send(method, path, bearer(token), bearer(token)).status()).isEqualTo(401);
    RawClient.Reply late = door.send(method, path, bearer(expired));
    assertThat(late.status()).isEqualTo(401);
    assertThat(late.json().getString("detail")).contains("late", "expired");
    assertThat(door.agent.requests).isEmpty();
    assertThat(door.send(method, path, bearer(token)).status()).isIn(200, 404, 405);
    assertThat(door.send(method, path, "authorization: bEARER " + token).status())
        .isNotEqualTo(401);
    assertThat(door.send(method, path, bearer(FakeKeys.OPERATOR)).status()).isIn(200, 404, 405);
  }

  @Test
  void isAskedForBeyondLoopbackEvenIfThereIsNone() throws IOException {
    Path beyond = Files.createDirectory(folder.resolve("beyond"));
    try (GuardedProxy guarded = new GuardedProxy(beyond, true)) {
      assertThat(guarded.post(PATH, ADD).status()).isEqualTo(401);
      assertThat(guarded.post(PATH, ADD, bearer(FakeKeys.OPERATOR)).status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "gateway.example, http://gateway.example, http://evil.example",
    "gateway.example:8080, https://gateway.example:8080, https://evil.example"
  })
  void whoHasAKeyMayUseAnyNameButNoForeignPage(String host, String own, String evil)
      throws IOException {
    String auth = bearer(door.keys.add("ops", "invoke:*"));
    String get = "GET /agents HTTP/1.1\r\nHost: " + host + "\r\n" + auth + "\r\n";
    String post =
        get.replace("GET /agents", "POST " + PATH)
            + "Content-Type: application/json\r\nContent-Length: "
            + ADD.length()
            + "\r\n";
    for (String[] call : new String[][] {{get, ""}, {post, ADD}}) {
      try (RawClient client = door.proxy.client()) {
        String origin = "Origin: " + own + "\r\n";
        String foreign = "Origin: " + evil + "\r\n";
        assertThat(client.send(call[0] + "\r\n" + call[1]).reply().status()).isEqualTo(200);
        assertThat(client.send(call[0] + origin + "\r\n" + call[1]).reply().status())
            .isEqualTo(200);
        RawClient.Reply refused = client.send(call[0] + foreign + "\r\n" + call[1]).reply();
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.json().getString("detail")).contains("origin");
      }
    }
  }

  @Test
  void aKeyIsWorthNothingTheMomentItIsTakenAway() throws IOException {
    door.keys.addExpired("late", "invoke:*");
    String first = door.keys.add("first", "invoke:*");
    String second = door.keys.add("second", "invoke:*");
    try (RawClient client = door.proxy.client()) {
      assertThat(client.post(PATH, ADD, bearer(first)).reply().status()).isEqualTo(200);
      assertThat(client.post(PATH, ADD, bearer(first)).reply().status()).isEqualTo(200);
      door.keys.remove("first");
      assertThat(client.post(PATH, ADD, bearer(first)).reply().status()).isEqualTo(401);
      assertThat(client.post(PATH, ADD, bearer(second)).reply().status()).isEqualTo(200);
      assertThat(client.post(PATH, ADD).reply().status()).isEqualTo(401);
      // One that has expired is still one.
      door.keys.remove("second");
      assertThat(client.post(PATH, ADD).reply().status()).isEqualTo(401);
    }
    assertThat(door.keys.used).containsExactly("first", "first", "second");
  }

  @Test
  void guestsOfASideDoorNeedOneToo() throws IOException {
    ProxyServer.SideDoor agents =
        ProxyFixture.await(door.proxy.server.alsoListen("127.0.0.2", 0, peer -> true));
    ProxyServer.SideDoor gateways =
        ProxyFixture.await(door.proxy.server.hearGateways("127.0.0.2", 0));
    String head = "GET /agents HTTP/1.1\r\nHost: nexus\r\n";
    assertThat(status("127.0.0.2", agents, head)).isEqualTo(200);
    String auth = bearer(door.keys.add("agent", "invoke:*")) + "\r\n";
    assertThat(status("127.0.0.2", agents, head)).isEqualTo(401);
    assertThat(status("127.0.0.2", agents, head + auth)).isEqualTo(200);
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
                door.keys.callers(true),
                door.remembering(),
                Optional.of(new HopGate("b", secret, InstantSource.system())));
        ProxyFixture a =
            new ProxyFixture(
                near,
                door.keys.callers(true),
                door.remembering(),
                Optional.of(new HopGate("a", secret, InstantSource.system())))) {
      b.fleet.serve("math", door.agent.port());
      a.fleet.serve("math");
      a.fleet.elsewhere("math", a.fleet.remote("math", 1, "b", b.port, 64));
      String auth = bearer(door.keys.addWithRate("ci", "20/h", "invoke:math/add"));
      RawClient.Reply reply = a.post(PATH, ADD, auth, "Idempotency-Key: k");
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.header("ratelimit")).contains("r=1;");
      assertThat(door.claimed).containsExactly(FakeKeys.id(auth.substring(22)));
      assertThat(door.agent.requests)
          .singleElement()
          .asString()
          .doesNotContain("nxd_", "uthorization");
      // Who only says that it is a gateway needs a key, and is refused with one.
      assertThat(b.post(PATH, ADD).status()).isEqualTo(401);
      assertThat(b.post(PATH, ADD, "X-Nexus-Hop: 1", "X-Nexus-Hop-Proof: no").status())
          .isEqualTo(403);
      assertThat(a.post(PATH, "{\"tool_name\":\"set\"}", auth).status()).isEqualTo(403);
      assertThat(door.keys.used).containsExactly("ci", "ci");
    }
  }
}
