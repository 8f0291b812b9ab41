package dev.nexusdelta.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class NexusClientTest {
  private static final JsonValue DATA = JsonValue.of(Map.of("data", List.of(1, 2)));
  private ScriptedServer server;
  private NexusClient client;

  @BeforeEach
  void open() throws IOException {
    server = new ScriptedServer();
    client =
        NexusClient.builder(server.url()).token("secret").timeout(Duration.ofSeconds(10)).build();
  }

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  @Test
  void callsToolAndTellsWhoAnswered() {
    server.thenJson(
        200,
        "{\"result\":{\"mean\":1.5}}",
        "X-Nexus-Replica: a-1",
        "X-Nexus-Attempts: 2",
        "X-Request-Id: r1");
    CallResult result = client.call("Data Agent", "process_data", DATA);
    assertThat(result.result().get("mean").number(0)).isEqualTo(1.5);
    assertThat(result)
        .extracting(CallResult::replica, CallResult::attempts, CallResult::requestId)
        .containsExactly("a-1", 2, "r1");
    assertThat(server.requests().get(0))
        .startsWith("POST /agents/Data%20Agent/tools/process_data HTTP/1.1\r\n")
        .contains("X-Nexus-Timeout: 10000ms")
        .endsWith("{\"data\":[1,2]}");
  }

  @Test
  void sendsAnIdempotencyKey() {
    server.thenJson(200, "{\"result\":1}").thenJson(200, "{\"result\":1}");
    client.call("A", "t", DATA, Duration.ofSeconds(5), "order-1");
    client.call("A", "t", DATA, Duration.ofSeconds(5));
    assertThat(server.requests().get(0)).contains("Idempotency-Key: order-1\r\n");
    assertThat(server.requests().get(1)).doesNotContain("Idempotency-Key");
    assertThatThrownBy(() -> client.call("A", "t", DATA, Duration.ofSeconds(5), "a b"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void asksForRecentCalls() {
    server.thenJson(200, "{\"calls\":[]}").thenJson(200, "{\"calls\":[]}");
    server.thenJson(200, "{\"requestId\":\"r 1\"}");
    client.admin().calls(null, false, null, null);
    client.admin().calls("A", true, "503", "10m");
    assertThat(client.admin().call("r 1").get("requestId").text()).isEqualTo("r 1");
    assertThat(server.requests().get(0)).startsWith("GET /api/v1/calls?slow=false HTTP/1.1");
    assertThat(server.requests().get(1))
        .startsWith("GET /api/v1/calls?slow=true&agent=A&code=503&since=10m HTTP/1.1");
    assertThat(server.requests().get(2)).startsWith("GET /api/v1/calls/r%201 HTTP/1.1");
  }

  @Test
  void neverSendsTheAdminTokenWithCalls() {
    server.thenJson(200, "{\"result\":1}").thenJson(200, "{\"agents\":[]}");
    client.call("A", "t", DATA);
    client.admin().agents();
    assertThat(server.requests().get(0)).doesNotContain("secret");
    assertThat(server.requests().get(1)).contains("Authorization: Bearer secret");
  }

  @Test
  void tellsToolErrorFromErrorOnTheWay() {
    server
        .thenJson(500, "{\"error\":\"boom\"}", "X-Nexus-Tool-Error: internal")
        .thenJson(200, "{\"error\":\"tool not found\"}")
        .thenJson(
            503, "{\"detail\":\"none healthy\",\"code\":\"no_healthy_replica\"}", "Retry-After: 3");
    ToolException marked =
        catchThrowableOfType(ToolException.class, () -> client.call("A", "t", DATA));
    assertThat(marked.code()).isEqualTo("internal");
    assertThat(marked.status()).isEqualTo(500);
    assertThatThrownBy(() -> client.call("A", "t", DATA))
        .isInstanceOf(ToolException.class)
        .hasMessage("tool not found");
    ProblemException problem =
        catchThrowableOfType(ProblemException.class, () -> client.call("A", "t", DATA));
    assertThat(problem.code()).isEqualTo("no_healthy_replica");
    assertThat(problem.retryAfterSeconds()).hasValue(3);
  }

  @Test
  void carriesEveryFaultOfAProblem() {
    server.thenJson(
        422,
        "{\"detail\":\"2 faults\",\"hint\":\"look\",\"errors\":[{\"pointer\":\"/a\",\"detail\":\"x\"},{\"pointer\":\"/b\",\"detail\":\"y\"}]}");
    ProblemException problem =
        catchThrowableOfType(ProblemException.class, () -> client.admin().agent("A"));
    assertThat(problem.hint()).isEqualTo("look");
    assertThat(problem.errors())
        .containsExactly(
            new ProblemException.Fault("/a", "x"), new ProblemException.Fault("/b", "y"));
  }

  @Test
  void readsChunkedAnswers() {
    server.then(
        "HTTP/1.1 200 OK",
        "Transfer-Encoding: chunked",
        "",
        "5;x=y",
        "{\"age",
        "0b",
        "nts\":[1,2]}",
        "0",
        "",
        "");
    assertThat(client.agents().get("agents").items()).hasSize(2);
  }

  @Test
  void skipsInterimAnswers() {
    server.then("HTTP/1.1 103 Early Hints", "Link: x", "", "HTTP/1.1 200 OK", "", "{\"a\":1}");
    assertThat(client.agents().get("a").integer(0)).isEqualTo(1);
  }

  @Test
  void tellsAnAnswerThatBreaksOff() {
    server.then("HTTP/1.1 200 OK", "Content-Length: 100", "", "{\"a\":");
    UnreachableException broken =
        catchThrowableOfType(UnreachableException.class, () -> client.agents());
    assertThat(broken.connected()).isTrue();
    assertThat(broken).hasMessageStartingWith("no whole answer came from the gateway at http://");
  }

  @Test
  void sendsNothingTwice() {
    server.then("").thenJson(200, "{\"result\":1}");
    assertThatThrownBy(() -> client.call("A", "t", DATA)).isInstanceOf(UnreachableException.class);
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void tellsThatNobodyListens() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    NexusClient nobody = NexusClient.of(URI.create("http://127.0.0.1:" + port));
    UnreachableException refused = catchThrowableOfType(UnreachableException.class, nobody::agents);
    assertThat(refused.connected()).isFalse();
    assertThat(nobody.ready()).isFalse();
  }

  @Test
  void givesUpAtItsTimeout() {
    NexusClient hasty = NexusClient.builder(server.url()).timeout(Duration.ofMillis(50)).build();
    assertThatThrownBy(hasty::agents)
        .isInstanceOf(DeadlineException.class)
        .hasMessageContaining("50 ms");
  }

  @Test
  void waitsForOperations() {
    server
        .thenJson(202, "{\"id\":\"1\",\"kind\":\"start\",\"agent\":\"A\",\"state\":\"running\"}")
        .thenJson(
            200,
            "{\"id\":\"1\",\"kind\":\"start\",\"agent\":\"A\",\"state\":\"running\",\"detail\":\"builds\"}")
        .thenJson(
            200,
            "{\"id\":\"1\",\"kind\":\"start\",\"agent\":\"A\",\"state\":\"failed\",\"detail\":\"exit code 1\",\"lastLines\":[\"boom\"]}");
    List<String> seen = new ArrayList<>();
    Operation ended =
        client
            .admin()
            .await(client.admin().start("A"), Duration.ofSeconds(5), o -> seen.add(o.detail()));
    assertThat(ended.done()).isFalse();
    assertThat(ended.lastLines()).containsExactly("boom");
    assertThat(seen).containsExactly("builds", "exit code 1");
    assertThat(server.requests().get(1)).contains("GET /api/v1/operations/1?wait=");
  }

  @Test
  void takesAChangeThatNeedsNoWorkAsDone() {
    server.thenJson(200, "{\"name\":\"A\",\"status\":{\"state\":\"healthy\"}}");
    Change change = client.admin().apply("A", true);
    assertThat(change.operation().done()).isTrue();
    assertThat(change.agent().get("name").text()).isEqualTo("A");
    assertThat(server.requests().get(0)).contains("/apply?dryRun=true");
  }

  @Test
  void readsLinesAndEvents() {
    server
        .then(
            "HTTP/1.1 200 OK",
            "Content-Type: application/x-ndjson",
            "",
            "{\"text\":\"a\"}\n{\"text\":\"ü\"}\n")
        .then(
            "HTTP/1.1 200 OK",
            "Content-Type: text/event-stream",
            "",
            ": hello\n\nid: 1\nevent: x\ndata: {\"id\":\"1\",\ndata: \"type\":\"x\"}\n\n");
    try (Feed logs = client.admin().logs("A", 10, null, false)) {
      assertThat(logs).extracting(line -> line.get("text").text()).containsExactly("a", "ü");
    }
    try (Feed events = client.admin().events(false)) {
      assertThat(events).extracting(event -> event.get("type").text()).containsExactly("x");
    }
  }

  @Test
  void refusesWhatIsNoGatewayAddress() {
    assertThatThrownBy(() -> NexusClient.of(URI.create("localhost:8080")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("http://127.0.0.1:8080");
    assertThatThrownBy(() -> NexusClient.builder(server.url()).token("a\r\nb"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
