package dev.nexusdelta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.sdk.JsonValue;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallCommandTest {
  private static final String ROUTE = "POST /agents/A/tools/t";
  @TempDir private Path folder;
  private FakeGateway gateway;
  private CommandRun nexus;

  @BeforeEach
  void open() throws IOException {
    gateway = new FakeGateway();
    nexus = new CommandRun(folder).env("NEXUS_URL", gateway.url());
  }

  @AfterEach
  void close() {
    gateway.close();
  }

  @Test
  void takesValuesAsJsonWhereTheyAreJson() {
    gateway.on(ROUTE, 200, "{\"result\":{\"mean\":2.0}}", "X-Nexus-Replica", "a-1");
    CommandRun.Result call =
        nexus.run("call", "A", "t", "data=[1,2]", "text=hello world", "n=1.50", "id:=7", "-v");
    assertThat(call.code()).isZero();
    assertThat(call.out()).isEqualTo("{\n  \"mean\": 2.0\n}\n");
    assertThat(call.err()).contains("a-1");
    assertThat(gateway.requests().get(0))
        .endsWith("{\"data\":[1,2],\"text\":\"hello world\",\"n\":1.50,\"id\":\"7\"}");
  }

  @Test
  void takesWholeDocuments() throws IOException {
    gateway.on(ROUTE, 200, "{\"result\":\"ok\"}");
    Files.writeString(folder.resolve("in.json"), "{\"a\":1}");
    assertThat(nexus.run("call", "A", "t", "--json", "@in.json").out()).isEqualTo("\"ok\"\n");
    assertThat(nexus.in("{\"a\":2}").run("call", "A", "t", "--json", "-").code()).isZero();
    assertThat(nexus.run("call", "--name", "A", "t", "--json", "{\"a\":3}", "b=4").code()).isZero();
    assertThat(gateway.requests())
        .extracting(request -> request.substring(request.indexOf('{')))
        .containsExactly("{\"a\":1}", "{\"a\":2}", "{\"a\":3,\"b\":4}");
    assertThat(nexus.run("call", "A", "t", "--json", "[1]").code()).isEqualTo(2);
    assertThat(nexus.run("call", "A", "t", "--json", "@nowhere").code()).isEqualTo(3);
  }

  @Test
  void tellsAnErrorOfTheTool() {
    gateway.on(
        ROUTE,
        422,
        "{\"error\":\"bad\",\"detail\":\"two faults\",\"errors\":[{\"pointer\":\"/data\",\"detail\":\"missing\"}]}",
        "X-Nexus-Tool-Error",
        "invalid_parameters");
    CommandRun.Result call = nexus.run("call", "A", "t");
    assertThat(call.code()).isEqualTo(10);
    assertThat(call.out()).isEmpty();
    assertThat(call.err()).contains("two faults (invalid_parameters)").contains("/data: missing");
    assertThat(call.err().lines().reduce((a, b) -> b))
        .hasValue("try: nexus tools A shows what the tool expects");
  }

  @ParameterizedTest
  @CsvSource({
    "500, internal, nexus logs A;",
    "504, deadline_exceeded, a longer --timeout",
    "409, no_way, nexus logs A;"
  })
  void advisesByTheKindOfTheToolsError(int status, String code, String advice) {
    gateway.on(
        ROUTE,
        status,
        "{\"error\":\"odd\",\"detail\":\"odd\",\"code\":\"" + code + "\"}",
        "X-Nexus-Tool-Error",
        code);
    assertThat(nexus.run("call", "A", "t").err())
        .startsWith("error: the tool returned an error: odd (" + code + ")\ntry: " + advice);
  }

  @Test
  void tellsASingleFaultOnce() {
    gateway.on(
        ROUTE,
        422,
        "{\"error\":\"/n is missing\",\"detail\":\"/n is missing\",\"code\":\"invalid_parameters\","
            + "\"errors\":[{\"pointer\":\"/n\",\"detail\":\"is missing\"}]}",
        "X-Nexus-Tool-Error",
        "invalid_parameters");
    assertThat(nexus.run("call", "A", "t").err())
        .isEqualTo(
            "error: the tool returned an error: /n is missing (invalid_parameters)\n"
                + "try: nexus tools A shows what the tool expects\n");
  }

  @Test
  void namesTheCommandThatListsTools() {
    gateway.on(
        ROUTE,
        404,
        "{\"detail\":\"agent A has no tool 't'\",\"code\":\"tool_unknown\",\"agent\":\"A\","
            + "\"hint\":\"GET /agents/a/tools lists those there are\"}");
    assertThat(nexus.run("call", "A", "t").err())
        .endsWith("try: nexus tools A shows those there are\n");
  }

  @Test
  void tellsThatTheTimeWasUp() {
    gateway.on(
        ROUTE,
        503,
        "{\"detail\":\"no replica of agent A became healthy within 5s (X)\",\"agent\":\"A\",\"code\":\"no_healthy_replica\"}");
    CommandRun.Result call = nexus.run("call", "A", "t");
    assertThat(call.code()).isEqualTo(6);
    assertThat(call.err()).endsWith("try: nexus describe A shows why none is healthy\n");
  }

  @Test
  void failsAtOnceWithoutAReplica() {
    gateway.on(ROUTE, 503, "{\"detail\":\"agent A is unhealthy\",\"code\":\"no_healthy_replica\"}");
    assertThat(nexus.run("call", "A", "t").code()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "GET /agents lists those there are,try: nexus list shows the agents there are",
    "did you mean AA?,try: did you mean AA? nexus list shows the agents there are",
    "agent.yaml:1:1: bad,try: agent.yaml:1:1: bad"
  })
  void speaksOfCommandsWhereTheGatewaySpeaksHttp(String hint, String shown) {
    gateway.on(
        ROUTE,
        404,
        "{\"detail\":\"there is no agent 'A'\",\"code\":\"agent_unknown\",\"hint\":\""
            + hint
            + "\"}");
    CommandRun.Result call = nexus.run("call", "A", "t");
    assertThat(call.code()).isEqualTo(3);
    assertThat(call.err()).isEqualTo("error: there is no agent 'A'\n" + shown + "\n");
  }

  @Test
  void makesAnExampleThatFitsTheSchema() {
    String tools =
        """
        {"tools":[{"name":"t","inputSchema":{"type":"object","required":["data","mode","deep"],"properties":{
          "data":{"type":"array","items":{"type":"number"}},"mode":{"enum":["fast","slow"]},
          "deep":{"type":"object","required":["x"],"properties":{"x":{"type":"string"}}},"left":{"type":"string"}}}}]}
        """;
    assertThat(
            SampleCall.of(URI.create("http://h:1"), Optional.empty(), "A", JsonValue.parse(tools)))
        .isEqualTo(
            "curl -sS http://h:1/agents/a/tools/t -H 'Content-Type: application/json' -d"
                + " '{\"data\":[1,2,3,4,5],\"mode\":\"fast\",\"deep\":{\"x\":\"text\"}}'");
  }

  @Test
  void makesAnExampleThatTrustsTheGatewaysOwnCertificate() {
    assertThat(
            SampleCall.of(
                URI.create("https://h:1"),
                Optional.of(Path.of("/it's/c.pem")),
                "A",
                JsonValue.parse("{\"tools\":[{\"name\":\"t\"}]}")))
        .isEqualTo(
            "curl -sS --cacert '/it'\\''s/c.pem' https://h:1/agents/a/tools/t -H 'Content-Type:"
                + " application/json' -d '{}'");
  }
}
