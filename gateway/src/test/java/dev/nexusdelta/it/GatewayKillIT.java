package dev.nexusdelta.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A gateway killed with -9 takes no agent with it, and the next one adopts them all. */
class GatewayKillIT {
  @Test
  void theNextGatewayServesWithTheSameAgents() throws Exception {
    killed(2);
  }

  @Tag("long")
  @Test
  void andSoDoesEachOneAfterIt() throws Exception {
    killed(10);
  }

  private static void killed(int times) throws Exception {
    try (Workspace workspace = Workspace.open()) {
      workspace.addSample("dataagent");
      workspace.addSample("mathagent");
      workspace.typeWell("./nexus up -d");
      workspace.typeWell("./nexus scale dataagent=2");
      Map<String, List<Long>> pids = pids(workspace);
      assertThat(pids.get("dataagent")).hasSize(2);
      for (int kill = 1; kill <= times; kill++) {
        kill(workspace);
        assertThat(pids.values()).allSatisfy(each -> assertThat(each).allMatch(pid -> alive(pid)));
        workspace.typeWell("./nexus up -d");
        assertThat(
                workspace
                    .call(
                        "dataagent",
                        "{\"tool_name\":\"process_data\",\"parameters\":{\"data\":[1,3]}}")
                    .body())
            .contains("\"mean\":2");
        assertThat(pids(workspace)).as("after kill %d", kill).isEqualTo(pids);
      }
      kill(workspace);
      workspace.typeWell("./nexus down");
      assertThat(workspace.processes()).isEmpty();
    }
  }

  @Test
  void aRunningFleetNeverChangesHost() throws Exception {
    try (Workspace workspace = Workspace.open()) {
      workspace.addSample("mathagent");
      workspace.typeWell("./nexus up -d");
      kill(workspace);
      Workspace.Typed other = workspace.type("./nexus up -d --host docker");
      assertThat(other.code()).as(other.err()).isEqualTo(4);
      assertThat(other.err()).contains("runs on host 'process'").contains("nexus down");
      workspace.typeWell("./nexus down");
      assertThat(workspace.folder().resolve(".nexus/host.kind")).doesNotExist();
      workspace.typeWell("./nexus up -d");
      assertThat(workspace.folder().resolve(".nexus/host.kind")).hasContent("process");
      workspace.typeWell("./nexus down");
      assertThat(workspace.folder().resolve(".nexus/host.kind")).doesNotExist();
    }
  }

  @Test
  void leavesNoOrphanOfADeletedAgent() throws Exception {
    try (Workspace workspace = Workspace.open()) {
      workspace.addSample("mathagent");
      workspace.typeWell("./nexus up -d");
      long replica = workspace.pids("mathagent").get(0);
      workspace.typeWell("./nexus delete mathagent");
      Workspace.await("the replica ends", Duration.ofSeconds(15), () -> !alive(replica));
      kill(workspace);
      workspace.typeWell("./nexus up -d");
      assertThat(workspace.admin("/agents").getJsonArray("agents")).isEmpty();
      assertThat(Files.exists(workspace.folder().resolve("agents/mathagent/agent.yaml"))).isTrue();
    }
  }

  private static Map<String, List<Long>> pids(Workspace workspace) throws Exception {
    Map<String, List<Long>> pids = new TreeMap<>();
    for (String agent : List.of("dataagent", "mathagent")) {
      pids.put(agent, workspace.pids(agent));
    }
    return pids;
  }

  private static void kill(Workspace workspace) throws Exception {
    ProcessHandle gateway = ProcessHandle.of(workspace.gatewayPid()).orElseThrow();
    gateway.destroyForcibly();
    gateway.onExit().get(10, TimeUnit.SECONDS);
  }

  private static boolean alive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }
}
