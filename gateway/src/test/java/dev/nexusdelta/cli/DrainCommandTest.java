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
    assertThat(run("forget", "gw-3").out())
        .isEqualTo("gw-3 does not belong to the cluster any more\n");
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
