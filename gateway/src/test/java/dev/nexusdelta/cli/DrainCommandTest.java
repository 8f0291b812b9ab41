package dev.nexusdelta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DrainCommandTest {
  private static final String AGENTS = "GET /api/v1/agents";
  @TempDir Path folder;
  private FakeGateway gateway;
  private CommandRun nexus;

  @BeforeEach
  void start() throws IOException {
    gateway = new FakeGateway();
    nexus = new CommandRun(folder);
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private CommandRun.Result run(String... arguments) {
    String[] all = Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "--url";
    all[arguments.length + 1] = gateway.url();
    return nexus.run(all);
  }

  @Test
  void drainsAndUndoesIt() {
    gateway.on(
        "POST /api/v1/cluster/gw-2/drain",
        200,
        "{\"gateway\":\"gw-2\",\"draining\":true,\"drained\":[\"gw-2\"]}");
    gateway.on(
        "POST /api/v1/cluster/gw-2/undrain",
        200,
        "{\"gateway\":\"gw-2\",\"draining\":false,\"drained\":[]}");
    assertThat(run("drain", "gw-2").out())
        .startsWith("gw-2 is being drained: ")
        .contains("nexus drain gw-2 --undo");
    assertThat(run("drain", "gw-2", "-o", "json").out()).contains("\"draining\": true");
    assertThat(run("drain", "gw-2", "--undo").out()).isEqualTo("gw-2 takes replicas again\n");
  }

  @Test
  void saysOfOneThatIsAwayThatItHoldsOnceItIsBack() {
    gateway.on(
        "POST /api/v1/cluster/gw-2/drain",
        200,
        "{\"gateway\":\"gw-2\",\"draining\":true,\"away\":true,\"drained\":[\"gw-2\"]}");
    gateway.on(
        "POST /api/v1/cluster/gw-2/undrain",
        200,
        "{\"gateway\":\"gw-2\",\"draining\":false,\"away\":true,\"drained\":[]}");
    assertThat(run("drain", "gw-2").out())
        .isEqualTo(
            "gw-2 is away; once it is back, no replica comes to its host; to undo it: nexus drain"
                + " gw-2 --undo\n");
    assertThat(run("drain", "gw-2", "--undo").out())
        .isEqualTo("gw-2 is away; once it is back, it takes replicas again\n");
  }

  @Test
  void saysWhereNothingIsToDo() {
    gateway.on("POST /api/v1/cluster/gw-2/drain", 200, "{\"gateway\":\"gw-2\",\"changed\":false}");
    gateway.on(
        "POST /api/v1/cluster/gw-2/undrain", 200, "{\"gateway\":\"gw-2\",\"changed\":false}");
    assertThat(run("drain", "gw-2").out())
        .isEqualTo("gw-2 is drained already; to undo it: nexus drain gw-2 --undo\n");
    assertThat(run("drain", "gw-2", "--undo").out())
        .isEqualTo("gw-2 was not drained: nothing to undo\n");
  }

  @Test
  void waitsUntilItsReplicasHaveGone() {
    gateway.on("POST /api/v1/cluster/gw-2/drain", 200, "{\"gateway\":\"gw-2\",\"changed\":true}");
    gateway.on(AGENTS, 200, agents("{\"gateway\":\"gw-2\",\"host\":\"process\"}", 1));
    gateway.on(AGENTS, 200, agents("{\"gateway\":\"gw-2\",\"host\":\"process\"}", 0));
    gateway.on(
        AGENTS,
        200,
        agents(
            "{\"gateway\":\"gw-1\",\"host\":\"process\"},{\"gateway\":\"gw-2\",\"host\":\"url\"}",
            0));
    // The name may stand behind the option: it is no duration.
    CommandRun.Result result = run("drain", "--wait", "gw-2");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.err()).isEqualTo("gw-2: still has replicas of Data\n");
    assertThat(result.out()).isEqualTo("gw-2 is drained: none of its replicas is left\n");
    assertThat(gateway.requests().stream().filter(it -> it.startsWith(AGENTS))).hasSize(3);
  }

  @Test
  void doesNotWaitForEver() {
    gateway.on("POST /api/v1/cluster/gw-2/drain", 200, "{\"gateway\":\"gw-2\",\"changed\":true}");
    gateway.on(AGENTS, 200, agents("", 1));
    for (String[] wait : new String[][] {{"--wait", "20ms"}, {"--wait=20ms"}}) {
      String[] line = new String[wait.length + 2];
      line[0] = "drain";
      line[1] = "gw-2";
      System.arraycopy(wait, 0, line, 2, wait.length);
      CommandRun.Result result = run(line);
      assertThat(result.code()).isEqualTo(6);
      assertThat(result.out()).isEmpty();
      assertThat(result.err())
          .contains("gw-2 still has replicas of Data after 0s")
          .contains("try: nexus describe Data");
    }
    assertThat(run("drain", "gw-2", "--wait", "soon").code()).isEqualTo(2);
    assertThat(run("drain", "gw-2", "--undo", "--wait").code()).isEqualTo(2);
  }

  private static String agents(String replicas, int wanted) {
    return "{\"agents\":[{\"name\":\"Data\",\"status\":{\"replicas\":["
        + replicas
        + "],\"placement\":[{\"gateway\":\"gw-1\",\"wanted\":1,\"ready\":1},"
        + "{\"gateway\":\"gw-2\",\"wanted\":"
        + wanted
        + ",\"ready\":0}]}}]}";
  }

  @Test
  void showsTheGatewaysOfTheCluster() {
    String cluster =
        "{\"gateways\":[{\"name\":\"gw-1\",\"url\":\"http://127.0.0.1:8080\","
            + "\"member\":\"127.0.0.1:5701\",\"discovery\":\"127.0.0.1:5601\",\"pid\":11,"
            + "\"version\":\"1.2\",\"leader\":true},"
            + "{\"name\":\"gw-2\",\"url\":\"http://127.0.0.1:8090\",\"pid\":12,\"version\":\"1.2\","
            + "\"leader\":false}],\"away\":[\"gw-3\",\"gw-4\"],\"drained\":[\"gw-2\",\"gw-4\"],"
            + "\"size\":4";
    gateway.on("GET /api/v1/cluster", 200, cluster + ",\"trouble\":\"2 of 4 are there\"}");
    gateway.on("GET /api/v1/cluster", 200, cluster + "}");
    assertThat(run("gateways").out().lines())
        .containsExactly(
            "NAME  URL                    MEMBER          LEADER  STATE           VERSION  PID",
            "gw-1  http://127.0.0.1:8080  127.0.0.1:5701  yes     here            1.2      11",
            "gw-2  http://127.0.0.1:8090  -               -       draining        1.2      12",
            "gw-3  -                      -               -       away            -        -",
            "gw-4  -                      -               -       away, draining  -        -",
            "",
            "trouble: 2 of 4 are there");
    assertThat(run("gateways").out()).doesNotContain("trouble");
    assertThat(run("gateways", "-o", "json").out()).contains("\"drained\": [");
  }

  @Test
  void anUnknownGatewayIsNotFound() {
    gateway.on(
        "POST /api/v1/cluster/gw-9/drain",
        404,
        "{\"status\":404,\"code\":\"not_found\",\"detail\":\"no gateway is called 'gw-9'\","
            + "\"hint\":\"there are gw-1, gw-2\"}");
    CommandRun.Result result = run("drain", "gw-9");
    assertThat(result.code()).isEqualTo(3);
    assertThat(result.err()).contains("no gateway is called 'gw-9'").contains("gw-1, gw-2");
  }

  @Test
  void theNameIsNeeded() {
    assertThat(run("drain").code()).isEqualTo(2);
    assertThat(run("forget").code()).isEqualTo(2);
  }

  @Test
  void forgetsOneThatIsGone() {
    gateway.on("POST /api/v1/cluster/gw-3/forget", 200, "{\"forgotten\":\"gw-3\"}");
    gateway.on(
        "POST /api/v1/cluster/gw-2/forget",
        409,
        "{\"status\":409,\"code\":\"conflict\",\"detail\":\"gateway 'gw-2' is there\"}");
    CommandRun.Result forgotten = run("forget", "gw-3");
    assertThat(forgotten.out()).isEqualTo("gw-3 does not belong to the cluster any more\n");
    assertThat(forgotten.err()).contains("may still run on its machine: nexus down");
    assertThat(run("forget", "gw-3", "-o", "json").err()).isEmpty();
    assertThat(run("forget", "gw-2").code()).isEqualTo(4);
  }

  @Test
  void describeTellsWhereReplicasRunAndWhyNotElsewhere() {
    gateway.on(
        "GET /api/v1/agents/Data",
        200,
        "{\"name\":\"Data\",\"spec\":{},\"status\":{\"state\":\"healthy\",\"replicas\":[],"
            + "\"placement\":[{\"gateway\":\"gw-1\",\"wanted\":2,\"ready\":1},"
            + "{\"gateway\":\"gw-2\",\"wanted\":0,\"ready\":0,\"reason\":\"draining\"}]}}");
    assertThat(run("describe", "Data").out())
        .containsPattern("GATEWAY +WANTED +READY +REASON")
        .containsPattern("gw-1 +2 +1")
        .containsPattern("gw-2 +0 +0 +draining");
  }
}
