package dev.nexusdelta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.sdk.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class AgentCommandsTest {
  private static final String AGENT =
      """
      {"name":"DataAgent","revision":3,"enabled":true,"pinned":null,"updated":"2026-01-01T00:00:00Z","by":"cli",
       "spec":{"name":"DataAgent","version":"1.0.0","run":{"java":"DataAgent.java"},"limits":{"timeout":"9s","concurrency":64}},
       "status":{"state":"healthy","desired":1,"ready":1,"version":"1.0.0","release":"abc","target":"abc","reason":"",
        "lastLines":[],"health":"http","endpoint":"/agents/dataagent/execute","tools":["process_data"],
        "replicas":[{"id":"dataagent-1-x","address":"127.0.0.1:8081","pid":77,"state":"healthy","circuit":"closed","inflight":0}]},
       "source":{"file":"agents/dataagent/agent.yaml","applied":false,"drift":[{"key":"limits.timeout","file":"5s","registry":"9s"}]}}
      """;

  @TempDir private Path folder;
  private FakeGateway gateway;
  private CommandRun nexus;

  @BeforeEach
  void open() throws IOException {
    gateway = new FakeGateway();
    gateway.on("GET /api/v1/agents", 200, "{\"agents\":[" + AGENT + "]}");
    gateway.on("GET /api/v1/agents/DataAgent", 200, AGENT);
    nexus = new CommandRun(folder).env("NEXUS_URL", gateway.url());
  }

  @AfterEach
  void close() {
    gateway.close();
  }

  @Test
  void listsForPeopleAndForPrograms() {
    CommandRun.Result table = nexus.run("list");
    assertThat(table.out())
        .isEqualTo(
            """
            NAME       STATE    READY  VERSION  ADDRESS         TOOLS         REASON
            DataAgent  healthy  1/1    1.0.0    127.0.0.1:8081  process_data  -
            """);
    CommandRun.Result json = nexus.run("list", "-o", "json");
    assertThat(json.err()).isEmpty();
    assertThat(JsonValue.parse(json.out()).get("agents").items()).hasSize(1);
    assertThat(nexus.run("list", "-o", "yaml").out()).startsWith("agents:\n  - name: DataAgent\n");
  }

  @Test
  void keepsStdoutCleanWhereThereIsNothing() {
    gateway.close();
    try (FakeGateway empty = new FakeGateway()) {
      empty.on("GET /api/v1/agents", 200, "{\"agents\":[]}");
      CommandRun.Result list = nexus.run("list", "--url", empty.url());
      assertThat(list.out()).isEmpty();
      assertThat(list.err()).contains("nexus create");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void saysWhichFilesAreRefused() throws IOException {
    String refused = "{\"name\":\"bad\",\"faults\":[\"bad/agent.yaml:3:8: no\",\"b\"]}";
    try (FakeGateway faulty = new FakeGateway()) {
      faulty.on("GET /api/v1/agents", 200, "{\"agents\":[],\"refused\":[" + refused + "]}");
      CommandRun.Result list = nexus.run("list", "--url", faulty.url());
      assertThat(list.code()).isZero();
      assertThat(list.out()).isEmpty();
      assertThat(list.err()).isEqualTo("bad is refused: bad/agent.yaml:3:8: no\n");
      assertThat(nexus.run("list", "-o", "json", "--url", faulty.url()).err()).isEmpty();
    }
  }

  @Test
  void describesSourcesAndDrift() {
    String out = nexus.run("describe", "--name", "DataAgent").out();
    assertThat(out)
        .contains("State:    healthy, 1 of 1 replicas ready")
        .containsPattern("limits.timeout +9s +registry; the file says 5s")
        .containsPattern("limits.concurrency +64 +default")
        .containsPattern("run.java +DataAgent.java +file")
        .contains("dataagent-1-x")
        .contains("IN FLIGHT")
        .contains("not applied as it is now");
  }

  @Test
  void showsContainersWhereThereAreAny() throws IOException {
    String replica =
        "{\"id\":\"echo-1-a\",\"state\":\"healthy\",\"address\":\"172.18.0.2:8080\",\"pid\":null,"
            + "\"containerId\":\"0123456789abcdef0123\","
            + "\"start\":{\"create\":\"0.082s\",\"start\":\"0.240s\",\"ready\":\"0.513s\"}}";
    String agent =
        "{\"name\":\"Echo\",\"spec\":{},\"status\":{\"state\":\"healthy\",\"replicas\":["
            + replica
            + "]}}";
    try (FakeGateway docker = new FakeGateway()) {
      docker.on("GET /api/v1/agents", 200, "{\"agents\":[" + agent + "]}");
      docker.on("GET /api/v1/agents/Echo", 200, agent);
      assertThat(nexus.run("list", "--url", docker.url()).out())
          .contains("ADDRESS          CONTAINER     TOOLS")
          .contains("172.18.0.2:8080  0123456789ab  -");
      assertThat(nexus.run("describe", "Echo", "--url", docker.url()).out())
          .containsPattern("CONTAINER +VERSION")
          .contains("0123456789ab ")
          .contains("create 0.082s, start 0.240s, ready 0.513s");
    }
  }

  @Test
  void waitsForWhatWasAskedFor() {
    gateway
        .on(
            "POST /api/v1/agents/DataAgent/restart",
            202,
            "{\"id\":\"o1\",\"kind\":\"restart\",\"agent\":\"DataAgent\",\"state\":\"running\"}")
        .on(
            "GET /api/v1/operations/o1",
            200,
            "{\"id\":\"o1\",\"kind\":\"restart\",\"agent\":\"DataAgent\",\"state\":\"done\"}");
    CommandRun.Result restart = nexus.run("restart", "DataAgent");
    assertThat(restart.code()).isZero();
    assertThat(restart.out()).contains("DataAgent healthy (1 of 1 ready) on 127.0.0.1:8081");
    assertThat(restart.err()).contains("DataAgent: restart running");
    JsonValue json = JsonValue.parse(nexus.run("restart", "DataAgent", "-o", "json").out());
    assertThat(json.get("operations").items().get(0).get("state").text()).isEqualTo("done");
  }

  @Test
  void showsWhyItFailed() {
    gateway.on(
        "POST /api/v1/agents/DataAgent/start",
        202,
        "{\"id\":\"o1\",\"kind\":\"start\",\"agent\":\"DataAgent\",\"state\":\"failed\",\"detail\":\"exit code 1\",\"lastLines\":[\"boom\"]}");
    CommandRun.Result start = nexus.run("start", "DataAgent");
    assertThat(start.code()).isEqualTo(1);
    assertThat(start.err()).contains("exit code 1").contains("| boom").contains("try: ");
  }

  @Test
  void startsWhatIsRegisteredAndSaysThatTheFolderDiffers() {
    gateway.on(
        "POST /api/v1/agents/DataAgent/start",
        200,
        "{\"id\":\"o1\",\"kind\":\"start\",\"agent\":\"DataAgent\",\"state\":\"done\"}");
    CommandRun.Result start = nexus.run("start", "--name", "DataAgent");
    assertThat(start.code()).isZero();
    assertThat(start.err())
        .contains(
            "agents/dataagent differs from what is registered (file not applied); to use it: nexus apply DataAgent");
    assertThat(gateway.requests()).noneMatch(request -> request.contains("/apply"));
  }

  @Test
  void tellsThatSomeOfItWasDone() {
    gateway.on(
        "POST /api/v1/agents/DataAgent/stop",
        200,
        "{\"id\":\"o1\",\"kind\":\"stop\",\"agent\":\"DataAgent\",\"state\":\"done\"}");
    CommandRun.Result stop = nexus.run("stop", "DataAgent", "Nobody");
    assertThat(stop.code()).isEqualTo(9);
    assertThat(nexus.run("stop", "Nobody").code()).isEqualTo(3);
  }

  @Test
  void scales() {
    gateway.on(
        "POST /api/v1/agents/DataAgent/scale",
        200,
        "{\"id\":\"o1\",\"kind\":\"scale\",\"agent\":\"DataAgent\",\"state\":\"done\"}");
    assertThat(nexus.run("scale", "DataAgent=3").code()).isZero();
    assertThat(nexus.run("scale", "DataAgent=auto").code()).isZero();
    assertThat(nexus.run("scale", "--name", "DataAgent", "--min", "1", "--max", "8").code())
        .isZero();
    assertThat(gateway.requests())
        .contains(
            "POST /api/v1/agents/DataAgent/scale {\"replicas\":3}",
            "POST /api/v1/agents/DataAgent/scale {\"auto\":true}")
        .anyMatch(request -> request.contains("\"min\":1") && request.contains("\"max\":8"));
    assertThat(
            nexus.run("scale", "DataAgent", "--target-concurrency", "8", "--window", "30s").code())
        .isZero();
    assertThat(gateway.requests())
        .anyMatch(
            request ->
                request.contains("\"target-concurrency\":8")
                    && request.contains("\"window\":\"30s\""));
  }

  @Test
  void appliesAFileFromAnywhere() {
    gateway.on("PUT /api/v1/agents/Elsewhere", 200, AGENT);
    CommandRun.Result applied =
        nexus.in("name: Elsewhere\nrun: {url: 'http://127.0.0.1:9000'}\n").run("apply", "-f", "-");
    assertThat(applied.code()).as(applied.err()).isZero();
    assertThat(gateway.requests())
        .anyMatch(request -> request.startsWith("PUT") && request.contains("127.0.0.1:9000"));
    CommandRun.Result refused = nexus.in("name: X\nrnu: {}\n").run("apply", "-f", "-");
    assertThat(refused.code()).isEqualTo(5);
    assertThat(refused.err()).contains("-:2:6: ");
  }

  @Test
  void showsWhatApplyWouldChange() {
    gateway.on(
        "POST /api/v1/agents/DataAgent/apply",
        200,
        AGENT.replace("\"timeout\":\"9s\"", "\"timeout\":\"5s\""));
    CommandRun.Result dry = nexus.run("apply", "DataAgent", "--dry-run");
    assertThat(dry.out()).isEqualTo("DataAgent:\n  limits.timeout: 9s -> 5s\n");
    assertThat(gateway.requests()).anyMatch(request -> request.contains("apply?dryRun=true"));
  }

  @ParameterizedTest
  @CsvSource({
    "401,8", "403,8", "404,3", "409,4", "412,4", "422,5", "400,5", "504,6", "503,1", "500,1"
  })
  void turnsProblemsIntoExitCodes(int status, int code) {
    gateway.on(
        "GET /api/v1/agents/Odd", status, "{\"detail\":\"it is odd\",\"hint\":\"make it even\"}");
    CommandRun.Result failed = nexus.run("describe", "Odd");
    assertThat(failed.code()).isEqualTo(code);
    assertThat(failed.out()).isEmpty();
    assertThat(failed.err()).isEqualTo("error: it is odd\ntry: make it even\n");
  }

  @Test
  void listsFaultsOnlyWhereThereAreMany() {
    gateway.on(
        "POST /api/v1/agents/DataAgent/scale",
        422,
        "{\"detail\":\"/min: is 0\",\"errors\":[{\"pointer\":\"/min\",\"detail\":\"is 0\"}]}");
    gateway.on(
        "POST /api/v1/agents/DataAgent/scale",
        422,
        "{\"detail\":\"two\",\"errors\":[{\"pointer\":\"/min\",\"detail\":\"is 0\"},{\"pointer\":\"/max\",\"detail\":\"is 0\"}]}");
    assertThat(nexus.run("scale", "DataAgent=3").err()).startsWith("error: /min: is 0\ntry: ");
    assertThat(nexus.run("scale", "DataAgent=3").err()).contains("\n       /max: is 0\n");
  }

  @Test
  void tellsThatAnAppliedAgentIsFailed() {
    String failed =
        AGENT
            .replace(
                "\"state\":\"healthy\",\"desired\":1,\"ready\":1",
                "\"state\":\"failed\",\"desired\":1,\"ready\":0")
            .replace("\"reason\":\"\"", "\"reason\":\"exit code 1\"")
            .replace("127.0.0.1:8081", "");
    gateway.on("POST /api/v1/agents/PyOne/apply", 200, failed);
    gateway.on("GET /api/v1/agents/PyOne", 200, failed);
    CommandRun.Result applied = nexus.run("apply", "PyOne");
    assertThat(applied.code()).as(applied.err()).isEqualTo(9);
    assertThat(applied.out()).isEqualTo("DataAgent failed (0 of 1 ready): exit code 1\n");
    assertThat(applied.err()).contains("the change is applied, but the agent is failed");
  }

  @Test
  void doctorTellsEveryReason() {
    gateway.close();
    try (FakeGateway ill = new FakeGateway()) {
      ill.on(
          "GET /api/v1/agents",
          200,
          "{\"agents\":["
              + AGENT.replace("\"reason\":\"\"", "\"reason\":\"release d failed: ';' expected\"")
              + "]}");
      CommandRun.Result doctor = nexus.run("doctor", "--url", ill.url());
      assertThat(doctor.code()).isEqualTo(1);
      assertThat(doctor.out()).contains("healthy: release d failed: ';' expected");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    try (FakeGateway few = new FakeGateway()) {
      few.on(
          "GET /api/v1/agents",
          200,
          "{\"agents\":["
              + AGENT.replace("\"healthy\",\"desired\":1", "\"degraded\",\"desired\":2")
              + "]}");
      assertThat(nexus.run("doctor", "--url", few.url()).out())
          .contains("degraded: 1 of 2 replicas are ready")
          .contains("try: nexus describe DataAgent");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void doctorLooksAtTheFilesThatTheConfigurationNames() throws IOException {
    Files.writeString(folder.resolve("nexus.yaml"), "tls: {cert: c.pem, key: k.pem}\n");
    CommandRun.Result doctor = nexus.run("doctor");
    assertThat(doctor.code()).isEqualTo(1);
    assertThat(doctor.out()).containsPattern("wrong configuration: tls.cert = .*no such file");
  }

  @Test
  void saysThatThereAreNoLogLines() {
    gateway.on("GET /api/v1/agents/DataAgent/logs", 200, "");
    CommandRun.Result logs = nexus.run("logs", "DataAgent");
    assertThat(logs.out()).isEmpty();
    assertThat(logs.err()).startsWith("no lines of DataAgent: nothing was written yet");
  }

  @Test
  void tellsAReleaseThatFailedFromOneOnItsWay() {
    String target = AGENT.replace("\"target\":\"abc\"", "\"target\":\"def\"");
    gateway.on("GET /api/v1/agents/Coming", 200, target);
    gateway.on(
        "GET /api/v1/agents/Failed",
        200,
        target.replace("\"reason\":\"\"", "\"reason\":\"release def failed: odd\""));
    gateway.on(
        "GET /api/v1/agents/First", 200, target.replace("\"release\":\"abc\"", "\"release\":\"\""));
    assertThat(nexus.run("describe", "Coming").out())
        .contains("release abc, being replaced by def\n");
    assertThat(nexus.run("describe", "Failed").out()).contains("release abc; def failed\n");
    assertThat(nexus.run("describe", "First").out())
        .contains("release def has not been ready yet\n");
  }

  @Test
  void doctorTellsAFaultyFileOnce() throws IOException {
    Files.createDirectories(folder.resolve("agents/dataagent"));
    Files.writeString(folder.resolve("agents/dataagent/agent.yaml"), "name: DataAgent\nrunn: {}\n");
    gateway.close();
    try (FakeGateway other = new FakeGateway()) {
      other.on(
          "GET /api/v1/agents",
          200,
          "{\"agents\":["
              + AGENT.replace("\"drift\"", "\"faults\":[\"told twice\"],\"drift\"")
              + "]}");
      String out = nexus.run("doctor", "--url", other.url()).out();
      assertThat(out).contains("agents/dataagent/agent.yaml:2:7").doesNotContain("told twice");
    }
  }

  @Test
  void sendsTheTokenOfTheDataFolderToLoopbackOnly() throws IOException {
    Files.createDirectories(folder.resolve(".nexus"));
    Files.writeString(folder.resolve(".nexus/admin.token"), "t0ken\n");
    CommandRun.Result failed = nexus.run("list", "--key-file", "no-such-file");
    assertThat(failed.code()).isEqualTo(8);
    assertThat(nexus.run("list").code()).isZero();
  }

  @Test
  void printsLogsAndEvents() {
    gateway
        .on(
            "GET /api/v1/agents/DataAgent/logs",
            200,
            "{\"at\":\"2026-01-01T00:00:00Z\",\"replica\":\"r1\",\"text\":\"hello\"}\n",
            "Content-Type",
            "application/x-ndjson")
        .on(
            "GET /api/v1/events",
            200,
            "id: 1\ndata: {\"id\":\"1\",\"at\":\"2026-01-01T00:00:00Z\",\"type\":\"replica.healthy\",\"agent\":\"DataAgent\",\"by\":\"fleet\",\"reason\":\"\"}\n\n",
            "Content-Type",
            "text/event-stream");
    assertThat(nexus.run("logs", "DataAgent").out())
        .isEqualTo("r1  2026-01-01T00:00:00.000Z  hello\n");
    assertThat(nexus.run("logs").out()).contains("hello");
    assertThat(nexus.run("events").out()).contains("replica.healthy  DataAgent  (by fleet)");
    assertThat(nexus.run("events", "--since", "2026-06-01T00:00:00Z").out()).isEmpty();
    assertThat(JsonValue.parse(nexus.run("events", "-o", "json").out()).get("id").text())
        .isEqualTo("1");
  }
}
