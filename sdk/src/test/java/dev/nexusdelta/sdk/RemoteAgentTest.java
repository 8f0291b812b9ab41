package dev.nexusdelta.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Type;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class RemoteAgentTest {
  private static final Map<String, Object> DATA = Map.of("data", List.of(1, 2));
  private ScriptedServer server;
  private NexusDelta nexus;
  private RemoteAgent agent;

  public record Stats(int count, @JsonProperty("mean_value") double mean, JsonValue more) {}

  public record Order(String name, List<Integer> data, JsonValue extra) {}

  @BeforeEach
  void open() throws IOException {
    server = new ScriptedServer();
    nexus =
        NexusDelta.builder()
            .url(server.url().toString())
            .surroundings(Map.of(), Path.of("/nonexistent"))
            .build();
    agent = nexus.agent("DataAgent");
  }

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  @Test
  void givesResultsAsTheProgramsOwnTypes() {
    String stats = "{\"count\":2,\"mean_value\":1.5,\"unknown\":[],\"more\":{\"a\":[1,null]}}";
    for (int i = 0; i < 3; i++) {
      server.thenJson(200, "{\"result\":" + (i == 0 ? stats : "[" + stats + "]") + "}");
    }
    Stats one = agent.call("process_data", DATA, Stats.class);
    assertThat(one).isEqualTo(new Stats(2, 1.5, JsonValue.parse("{\"a\":[1,null]}")));
    assertThat(agent.call("process_data", DATA, new TypeRef<List<Stats>>() {}))
        .containsExactly(one);
    Type type = Stats[].class;
    Stats[] array = agent.call("process_data", DATA, type);
    assertThat(array).containsExactly(one);
  }

  @Test
  void givesPlainTypesToo() {
    server
        .thenJson(200, "{\"result\":\"a\"}")
        .thenJson(200, "{\"result\":{\"a\":1}}")
        .thenJson(200, "{\"result\":{\"count\":1}}")
        .thenJson(200, "{\"result\":null}");
    assertThat(agent.call("t", null, String.class)).isEqualTo("a");
    assertThat(agent.call("t", null, new TypeRef<Map<String, Integer>>() {}))
        .containsExactly(Map.entry("a", 1));
    assertThat(agent.call("t", null, Stats.class).more().kind()).isEqualTo(JsonValue.Kind.MISSING);
    assertThat(agent.call("t", null).kind()).isEqualTo(JsonValue.Kind.NULL);
  }

  @Test
  void saysWhereAResultDoesNotFit() {
    server
        .thenJson(200, "{\"result\":[{\"count\":1},{\"count\":\"many\"}]}")
        .thenJson(200, "{\"result\":null}");
    assertThatThrownBy(() -> agent.call("process_data", DATA, new TypeRef<List<Stats>>() {}))
        .isInstanceOf(JsonFormatException.class)
        .hasMessageStartingWith("the result of DataAgent.process_data does not fit java.util.List<")
        .hasMessageEndingWith("(at /1/count)");
    assertThatThrownBy(() -> agent.call("process_data", DATA, Stats.class))
        .isInstanceOf(JsonFormatException.class)
        .hasMessageContaining("is null");
  }

  @Test
  void takesParametersOfManyKinds() {
    for (int i = 0; i < 4; i++) {
      server.thenJson(200, "{\"result\":1}");
    }
    agent.call("t", new Order("ü", List.of(1), JsonValue.parse("{\"b\":true}")));
    agent.call("t", "{ \"data\": [1] }");
    agent.call("t", JsonValue.object().with("a", 1));
    agent.call("t", null);
    assertThat(server.requests().get(0))
        .endsWith("{\"data\":[1],\"extra\":{\"b\":true},\"name\":\"ü\"}");
    assertThat(server.requests().get(1)).endsWith("{\"data\":[1]}");
    assertThat(server.requests().get(2)).endsWith("{\"a\":1}");
    assertThat(server.requests().get(3)).endsWith("\r\n{}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[1,2]| are no object but [1,2]",
        "{\"a\"| the parameters of DataAgent.t: not JSON",
        "''| the parameters of DataAgent.t: empty text"
      })
  void refusesOtherParametersAndSendsNothing(String parameters, String message) {
    assertThatThrownBy(() -> agent.call("t", parameters))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
    assertThatThrownBy(() -> agent.callAsync("t", List.of(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void sendsWhatWasSetForTheCall() {
    server.thenJson(200, "{\"result\":1}").thenJson(200, "{\"result\":1}");
    agent
        .deadline(Duration.ofMillis(1500))
        .idempotencyKey("order-1")
        .requestId("r.1")
        .header("X-User", "u1")
        .header("x-user", "u2")
        .call("t", DATA);
    agent.call("t", DATA);
    assertThat(server.requests().get(0))
        .contains("X-Nexus-Timeout: 1500ms\r\n")
        .contains("Idempotency-Key: order-1\r\n")
        .contains("X-Request-Id: r.1\r\n")
        .contains("x-user: u2\r\n")
        .doesNotContain("u1");
    assertThat(server.requests().get(1))
        .contains("X-Nexus-Timeout: 60000ms\r\n")
        .doesNotContain("Idempotency-Key")
        .doesNotContain("X-Request-Id");
  }

  @Test
  void refusesSettingsThatCouldBeSomethingElse() {
    List<Runnable> wrong =
        List.of(
            () -> agent.deadline(Duration.ZERO),
            () -> agent.deadline(Duration.ofDays(8)),
            () -> agent.idempotencyKey("a b"),
            () -> agent.requestId("a/b"),
            () -> agent.header("Host", "x"),
            () -> agent.header("authorization", "x"),
            () -> agent.header("a b", "x"),
            () -> agent.header("X-A", "x\r\nHost: y"));
    assertThat(wrong)
        .allSatisfy(
            each -> assertThatThrownBy(each::run).isInstanceOf(IllegalArgumentException.class));
  }

  @Test
  void tellsWhoAnswered() {
    server.thenJson(200, "{\"result\":1}", "X-Nexus-Replica: a-1", "X-Request-Id: r1");
    CallResult answer = agent.answer("t", DATA);
    assertThat(answer.replica()).isEqualTo("a-1");
    assertThat(answer.requestId()).isEqualTo("r1");
  }

  @Test
  void carriesAllThatAProblemSays() {
    server.thenJson(
        503,
        "{\"type\":\"urn:x\",\"title\":\"T\",\"status\":503,\"detail\":\"D\",\"instance\":\"/i\","
            + "\"code\":\"queue_full\",\"error\":\"D\",\"agent\":\"DataAgent\",\"requestId\":\"r1\","
            + "\"retryable\":true,\"hint\":\"H\"}",
        "Retry-After: 2");
    ProblemException problem =
        catchThrowableOfType(ProblemException.class, () -> agent.call("t", DATA));
    assertThat(problem)
        .extracting(
            ProblemException::type,
            ProblemException::title,
            ProblemException::status,
            ProblemException::detail,
            ProblemException::instance,
            ProblemException::code,
            ProblemException::agent,
            ProblemException::requestId,
            ProblemException::retryable,
            ProblemException::hint)
        .containsExactly("urn:x", "T", 503, "D", "/i", "queue_full", "DataAgent", "r1", true, "H");
    assertThat(problem.retryAfterSeconds()).hasValue(2);
  }

  @Test
  void carriesAllThatAToolSaysOfItsFailure() {
    server.thenJson(
        422,
        "{\"detail\":\"wrong\",\"hint\":\"H\",\"errors\":[{\"pointer\":\"/data\",\"detail\":\"x\"}]}",
        "X-Nexus-Tool-Error: invalid_parameters",
        "X-Request-Id: r1");
    ToolException error = catchThrowableOfType(ToolException.class, () -> agent.call("t", DATA));
    assertThat(error)
        .extracting(ToolException::code, ToolException::hint, ToolException::requestId)
        .containsExactly("invalid_parameters", "H", "r1");
    assertThat(error.errors()).containsExactly(new ProblemException.Fault("/data", "x"));
  }

  @Test
  void callsOnAnotherThread() {
    server
        .thenJson(200, "{\"result\":{\"count\":2}}")
        .thenJson(503, "{\"code\":\"queue_full\"}")
        .thenJson(200, "{\"result\":[1]}");
    assertThat(agent.callAsync("t", DATA, Stats.class).join().count()).isEqualTo(2);
    assertThatThrownBy(() -> agent.callAsync("t", DATA).join())
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(ProblemException.class);
    assertThat(agent.callAsync("t", DATA, new TypeRef<List<Integer>>() {}).join())
        .containsExactly(1);
  }

  @Test
  void givesUpACallWhoseFutureIsCancelled() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      NexusDelta other = NexusDelta.connect("127.0.0.1:" + silent.getLocalPort());
      CompletableFuture<JsonValue> future = other.agent("A").callAsync("t", DATA);
      try (Socket connection = silent.accept()) {
        InputStream in = connection.getInputStream();
        assertThat(in.read()).isEqualTo('P');
        future.cancel(true);
        in.readAllBytes(); // ends only where the other side has left
      }
      assertThat(future).isCancelled();
    }
  }

  @Test
  void beginsNoCallThatNobodyWaitsFor() {
    CompletableFuture<Runnable> kept = new CompletableFuture<>();
    NexusDelta later =
        NexusDelta.builder().url(server.url().toString()).executor(kept::complete).build();
    CompletableFuture<JsonValue> future = later.agent("A").callAsync("t", DATA);
    future.cancel(true);
    kept.join().run();
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void passesBytesAsTheyAre() throws Exception {
    server.then("HTTP/1.1 200 OK", "Content-Type: text/csv", "Content-Length: 4", "", "a,b\n");
    server.thenJson(404, "{\"code\":\"agent_unknown\"}");
    try (InputStream bytes = agent.bytes("t", DATA)) {
      assertThat(new String(bytes.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("a,b\n");
    }
    assertThatThrownBy(() -> agent.bytes("t", DATA)).isInstanceOf(ProblemException.class);
  }

  @Test
  void listsAgentsAndTools() {
    String tool =
        "{\"name\":\"t\",\"description\":\"d\",\"inputSchema\":{\"type\":\"object\"},"
            + "\"outputSchema\":null,\"readOnly\":true,\"idempotent\":false,\"destructive\":false}";
    server
        .thenJson(
            200,
            "{\"agents\":[{\"name\":\"A\",\"description\":\"d\",\"state\":\"healthy\","
                + "\"endpoint\":\"/agents/a/execute\",\"more\":1}]}")
        .thenJson(200, "{\"tools\":[" + tool + "]}")
        .thenJson(200, "{\"tools\":[" + tool + "]}");
    assertThat(nexus.agents())
        .containsExactly(new AgentSummary("A", "d", "healthy", "/agents/a/execute"));
    List<ToolSummary> tools = nexus.tools("A");
    assertThat(tools)
        .containsExactly(
            new ToolSummary(
                "t",
                "d",
                JsonValue.parse("{\"type\":\"object\"}"),
                JsonValue.of(null),
                true,
                false,
                false));
    assertThat(agent.tools()).isEqualTo(tools);
  }

  @Test
  void waitsNoLongerThanItsDeadlineAndAMoment() {
    RemoteAgent hasty = agent.deadline(Duration.ofMillis(20));
    assertThatThrownBy(() -> hasty.call("t", DATA))
        .isInstanceOf(DeadlineException.class)
        .hasMessageContaining("2020 ms");
    CompletableFuture<JsonValue> future =
        agent.callAsync("t", DATA).orTimeout(20, TimeUnit.MILLISECONDS);
    assertThatThrownBy(future::join).isInstanceOf(CompletionException.class);
  }
}
