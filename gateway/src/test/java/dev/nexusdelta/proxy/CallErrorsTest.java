package dev.nexusdelta.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.agent.AgentBuilder;
import dev.nexusdelta.agent.RunningAgent;
import dev.nexusdelta.agent.Tool;
import dev.nexusdelta.agent.ToolException;
import dev.nexusdelta.exchange.RawUpstream;
import dev.nexusdelta.fleet.AgentState;
import dev.nexusdelta.problem.Problem;
import dev.nexusdelta.problem.ProblemCode;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real errors of calls against both descriptions of them. */
@Timeout(60)
class CallErrorsTest {
  private static final String EXECUTE = "/agents/math/execute";
  private static final String TOOLS = "/agents/math/tools/";
  private static final String PROBLEM = "application/problem+json";

  /** Tools that fail. */
  public static final class Failing {
    /** Adds. */
    @Tool
    public int add(int a, int b) {
      return a + b;
    }

    /** Says why not. */
    @Tool
    public int look() {
      throw new ToolException(409, "stuck", "it is stuck");
    }

    /** Breaks. */
    @Tool
    public int set() {
      throw new IllegalStateException("broken");
    }
  }

  @TempDir Path folder;
  private ProxyFixture proxy;
  private OpenApiDocument whole;

  @BeforeEach
  void open() throws IOException {
    proxy = new ProxyFixture(folder);
    try (InputStream in = getClass().getResourceAsStream("/dev/nexusdelta/admin/openapi.json")) {
      byte[] text = Objects.requireNonNull(in).readAllBytes();
      whole = new OpenApiDocument(new JsonObject(new String(text, StandardCharsets.UTF_8)));
    }
  }

  @AfterEach
  void close() {
    proxy.close();
  }

  @Test
  void ofTheRuntimesAgents() throws IOException {
    try (RunningAgent agent =
        AgentBuilder.of(new Failing()).environment(Map.of("PORT", "0")).start()) {
      proxy.fleet.serve("math", agent.port());
      own(check(TOOLS + "add", "{\"a\":\"x\"}", 422, PROBLEM), "invalid_parameters");
      own(check(TOOLS + "look", "{}", 409, PROBLEM), "stuck");
      own(check(TOOLS + "set", "{}", 500, PROBLEM), "internal");
      own(check(EXECUTE, "{\"tool_name\":\"none\"}", 404, PROBLEM), "tool_unknown");
    }
  }

  @Test
  void ofOtherAgents() throws IOException {
    List<String> answers =
        List.of(
            "400 application/json {\"error\":\"no\"}",
            "422 application/json {\"detail\":[{\"loc\":[\"body\"]}]}",
            "418 application/json [\"no\"]",
            "429 application/problem+json {\"title\":\"Slowly\",\"errors\":{\"a\":[\"no\"]}}",
            "500 text/plain Internal Server Error",
            "503 text/html <p>Away</p>");
    for (String answer : answers) {
      String[] parts = answer.split(" ", 3);
      int status = Integer.parseInt(parts[0]);
      try (RawUpstream agent =
          new RawUpstream(
              connection -> {
                while (connection.read() != null) {
                  connection.answer(status, parts[2], "Content-Type: " + parts[1]);
                }
              })) {
        proxy.fleet.serve("math", agent.port());
        own(check(TOOLS + "add", "{}", status, parts[1]), null);
        own(check(EXECUTE, "{\"tool_name\":\"add\"}", status, parts[1]), null);
      }
    }
  }

  @Test
  void ofTheGateway() throws IOException {
    assertThat(refused("/agents/none/execute", "{}", 404)).isEqualTo("agent_unknown");
    try (RawUpstream breaks = RawUpstream.raw("")) {
      proxy.fleet.serve("math", breaks.port());
      assertThat(refused(TOOLS + "add", "{}", 502)).isEqualTo("replica_broke");
      assertThat(refused(TOOLS + "none", "{}", 404)).isEqualTo("tool_unknown");
      assertThat(refused(EXECUTE, "{\"tool_name\":", 400)).isEqualTo("invalid_request");
      assertThat(refused(EXECUTE, "{}", 400, "X-Nexus-Timeout: soon")).isEqualTo("invalid_request");
    }
    proxy.fleet.show(
        "math",
        FakeFleet.limits(Duration.ofSeconds(20)),
        AgentState.FAILED,
        List.of(),
        0,
        Optional.of(Problem.of(ProblemCode.START_FAILED, "exit code 3")));
    assertThat(refused(TOOLS + "add", "{}", 503)).isEqualTo("start_failed");
  }

  /** It came from the agent, and looks so. */
  private static void own(RawClient.Reply reply, @Nullable String code) {
    assertThat(reply.header("x-nexus-tool-error")).as(reply.body()).isEqualTo(code);
    assertThat(reply.header("proxy-status")).as(reply.body()).isNull();
  }

  /** It came from the gateway, and looks so; its code. */
  private String refused(String path, String body, int status, String... headers)
      throws IOException {
    RawClient.Reply reply = check(path, body, status, PROBLEM, headers);
    assertThat(reply.header("x-nexus-tool-error")).as(reply.body()).isNull();
    assertThat(reply.header("proxy-status")).as(reply.body()).startsWith("nexus");
    assertThat(reply.json().fieldNames()).contains("instance");
    return reply.code();
  }

  private RawClient.Reply check(
      String path, String body, int status, String type, String... headers) throws IOException {
    RawClient.Reply reply = proxy.post(path, body, headers);
    assertThat(reply.status()).as(reply.body()).isEqualTo(status);
    assertThat(reply.header("content-type")).isEqualTo(type);
    Object value = type.endsWith("json") ? Json.decodeValue(reply.body()) : reply.body();
    String template =
        path.startsWith(TOOLS) ? "/agents/{name}/tools/{tool}" : "/agents/{name}/execute";
    JsonObject operation =
        whole.json().getJsonObject("paths").getJsonObject(template).getJsonObject("post");
    assertThat(whole.describes(operation, status, type, value)).as(reply.body()).isTrue();
    if (!path.startsWith("/agents/none/")) {
      OpenApiDocument agent =
          new OpenApiDocument(proxy.get("/agents/math/openapi.json").json()).isSound();
      assertThat(agent.describes(agent.operation("add"), status, type, value))
          .as(reply.body())
          .isTrue();
    }
    return reply;
  }
}
