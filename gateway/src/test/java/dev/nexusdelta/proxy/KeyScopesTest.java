package dev.nexusdelta.proxy;

import static dev.nexusdelta.proxy.GuardedProxy.ADD;
import static dev.nexusdelta.proxy.GuardedProxy.PATH;
import static dev.nexusdelta.proxy.GuardedProxy.SET;
import static dev.nexusdelta.proxy.GuardedProxy.bearer;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a key opens: that and no more. */
@Timeout(60)
class KeyScopesTest {
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
  void aKeyForAnAgentCallsAllOfIt() throws IOException {
    String token = door.keys.add("ci", "invoke:MATH");
    assertThat(door.post(PATH, ADD, bearer(token)).status()).isEqualTo(200);
    assertThat(door.post("/agents/MATH/execute", SET, bearer(token)).status()).isEqualTo(200);
    assertThat(door.post("/agents/Math/tools/set", "{}", bearer(token)).status()).isEqualTo(200);
    assertThat(door.send("GET", "/agents/math/http/report", bearer(token)).status()).isEqualTo(200);
    String large = "{\"tool_name\":\"add\",\"parameters\":\"" + "x".repeat(80_000) + "\"}";
    assertThat(door.post(PATH, large, bearer(token)).status()).isEqualTo(200);
    RawClient.Reply other = door.post("/agents/other/execute", ADD, bearer(token));
    assertThat(other.status()).isEqualTo(403);
    assertThat(other.json().getString("detail"))
        .contains("key ci", "invoke:other", "has invoke:math");
    // Whether there is such an agent is not for it to know.
    RawClient.Reply none = door.post("/agents/otter/execute", ADD, bearer(token));
    assertThat(none.status()).isEqualTo(403);
    assertThat(none.body()).doesNotContain("did you mean");
    assertThat(door.post("/agents/0/execute", ADD, bearer(token)).status()).isEqualTo(403);
    assertThat(door.agent.requests)
        .hasSize(5)
        .noneMatch(it -> it.contains("uthorization"))
        .noneMatch(it -> it.contains("nxd_"));
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /agents/math/execute",
    "POST, /agents/math/tools/add",
    "GET, /agents/math/http/report",
    "GET, /agents/math/tools",
    "GET, /agents/math/openapi.json",
    "GET, /agents/math/health",
    "GET, /agents/nobody/health"
  })
  void aKeyForAnotherAgentOpensNoRouteOfThisOne(String method, String path) throws IOException {
    String auth = bearer(door.keys.add("text", "invoke:TextAgent"));
    RawClient.Reply reply = door.send(method, path, auth);
    assertThat(reply.status()).isEqualTo(403);
    assertThat(reply.json().getString("detail")).contains("text", "invoke:textagent");
    assertThat(door.agent.requests).isEmpty();
  }

  @Test
  void aKeyForAToolCallsNoOther() throws IOException {
    String token = door.keys.add("ci", "invoke:math/add", "invoke:math/look");
    String auth = bearer(token);
    assertThat(door.post(PATH, ADD, auth).status()).isEqualTo(200);
    assertThat(door.post("/agents/math/tools/look", "{}", auth).status()).isEqualTo(200);
    RawClient.Reply set = door.post(PATH, SET, auth);
    assertThat(set.status()).isEqualTo(403);
    assertThat(set.json().getString("detail"))
        .contains("tool set", "invoke:math/set", "has invoke:math/add invoke:math/look");
    assertThat(door.post("/agents/math/tools/set", "{}", auth).status()).isEqualTo(403);
    assertThat(door.send("GET", "/agents/math/http/report", auth).status()).isEqualTo(403);
    assertThat(door.agent.requests).hasSize(2);
  }

  /** Each could be read as another tool by the agent than by the gateway. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"tool_name\":\"add\",\"tool_name\":\"set\"}",
        "{\"parameters\":{\"tool_name\":\"add\"}}",
        "{\"tool_name\":[\"add\"]}",
        "{\"tool_name\":5}",
        "{\"tool_name\":\"ADD\"}",
        "[\"add\"]",
        "[]"
      })
  void aKeyForAToolSendsNoBodyThatIsUnclear(String body) throws IOException {
    String auth = bearer(door.keys.add("ci", "invoke:math/add"));
    assertThat(door.post(PATH, body, auth).status()).isEqualTo(403);
    assertThat(door.agent.requests).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"tool_name\":\"add\"", ""})
  void aKeyForAToolSendsNoBodyThatIsNoJson(String body) throws IOException {
    String auth = bearer(door.keys.add("ci", "invoke:math/add"));
    assertThat(door.post(PATH, body, auth).status()).isEqualTo(400);
    assertThat(door.agent.requests).isEmpty();
  }

  @Test
  void aKeyForAToolSendsNoBodyThatIsNotRead() throws IOException {
    String auth = bearer(door.keys.add("ci", "invoke:math/add"));
    String large = "{\"tool_name\":\"add\",\"parameters\":{\"a\":\"" + "x".repeat(70_000) + "\"}}";
    assertThat(door.post(PATH, large, auth).status()).isEqualTo(403);
    assertThat(door.post(PATH, ADD, auth, "Content-Encoding: gzip").status()).isEqualTo(403);
    for (String chunk : new String[] {large, " ".repeat(70_000)}) {
      try (RawClient client = door.proxy.client()) {
        client.send(
            "POST "
                + PATH
                + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + auth
                + "\r\nTransfer-Encoding: chunked\r\n\r\n"
                + Integer.toHexString(chunk.length())
                + "\r\n"
                + chunk
                + "\r\n0\r\n\r\n");
        assertThat(client.reply().status()).isEqualTo(403);
      }
    }
    assertThat(door.agent.requests).isEmpty();
  }

  @Test
  void anotherAlphabetIsNoWayAround() throws IOException {
    String auth = bearer(door.keys.add("ci", "invoke:math/add"));
    String head = "POST " + PATH + " HTTP/1.1\r\nHost: x\r\n" + auth + "\r\nContent-Length: ";
    for (String type :
        new String[] {"charset=utf-7", "charset=utf-8;charset=utf-7", "x=\"charset"}) {
      try (RawClient client = door.proxy.client()) {
        client.send(
            head + ADD.length() + "\r\nContent-Type: application/json;" + type + "\r\n\r\n" + ADD);
        assertThat(client.reply().status()).as(type).isEqualTo(403);
      }
    }
    try (RawClient client = door.proxy.client()) {
      client.send(
          head + ADD.length() + "\r\nContent-Type: application/json; Charset=UTF-8\r\n\r\n" + ADD);
      assertThat(client.reply().status()).isEqualTo(200);
    }
  }

  @Test
  void showsEachWhatIsForIt() throws IOException {
    String one = bearer(door.keys.add("one", "invoke:math/add"));
    String none = bearer(door.keys.add("none", "invoke:TextAgent"));
    String reads = bearer(door.keys.add("reads", "read"));
    assertThat(door.send("GET", "/agents", one).json().getJsonArray("agents"))
        .singleElement()
        .satisfies(it -> assertThat(((JsonObject) it).getString("name")).isEqualTo("Math"));
    assertThat(door.send("GET", "/agents", none).json().getJsonArray("agents")).isEmpty();
    assertThat(door.send("GET", "/agents", reads).json().getJsonArray("agents")).hasSize(2);
    assertThat(door.send("GET", "/agents/math/tools", one).json().getJsonArray("tools"))
        .singleElement()
        .satisfies(it -> assertThat(((JsonObject) it).getString("name")).isEqualTo("add"));
    assertThat(door.send("GET", "/agents/math/tools", reads).json().getJsonArray("tools"))
        .hasSize(3);
    assertThat(door.send("GET", "/agents/math/health", one).status()).isEqualTo(200);
    assertThat(door.send("GET", "/agents/other/health", one).status()).isEqualTo(403);
    assertThat(door.send("GET", "/agents/other/tools", one).status()).isEqualTo(403);
    assertThat(door.post(PATH, ADD, reads).status()).isEqualTo(403);
  }

  @Test
  void theOperatorsOwnTokenCallsEverything() throws IOException {
    door.keys.add("ci", "invoke:math/add");
    assertThat(door.post(PATH, SET, bearer(FakeKeys.OPERATOR)).status()).isEqualTo(200);
    assertThat(door.agent.requests).singleElement().asString().doesNotContain("nxa_");
  }
}
