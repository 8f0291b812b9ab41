package dev.nexusdelta.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.app.SettingsReader;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.host.docker.EngineReport;
import dev.nexusdelta.host.docker.EngineReport.Answers;
import dev.nexusdelta.host.docker.EngineReport.Base;
import dev.nexusdelta.host.docker.EngineReport.Box;
import dev.nexusdelta.host.docker.EngineReport.Images;
import dev.nexusdelta.host.docker.EngineReport.Owner;
import dev.nexusdelta.host.docker.EngineReport.Silence;
import dev.nexusdelta.host.docker.EngineReport.Silent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineChecksTest {
  private static final String SOCKET = "unix:///var/run/docker.sock";
  private static final long MIB = 1L << 20;

  private final Map<String, String> env = new HashMap<>(Map.of("NEXUS_HOST", "docker"));
  private final List<Box> boxes = new ArrayList<>();
  private final List<String> killed = new ArrayList<>();
  private boolean liveRestore = true;
  private Optional<Boolean> proxy = Optional.of(false);
  private Optional<Boolean> near = Optional.of(true);
  private Optional<Base> base = Optional.of(new Base("25", ""));
  private Optional<Owner> owner = Optional.empty();
  private Images unused = new Images(0, 0);
  private Images dangling = new Images(0, 0);
  private boolean served;
  @TempDir private Path folder;

  private String judge(EngineReport report) {
    PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream());
    Shell shell =
        new Shell(
            nowhere,
            nowhere,
            new ByteArrayInputStream(new byte[0]),
            env,
            folder,
            false,
            Optional.empty(),
            "nexus");
    Findings findings = new Findings();
    new EngineChecks(shell, findings, SettingsReader.read(Map.of(), env, folder))
        .judge(report, served);
    return findings.text();
  }

  private String judge() {
    return judge(
        new Answers(
            SOCKET,
            "20.10.24",
            "1.41",
            liveRestore,
            proxy,
            near,
            "/no/such/folder",
            1024 * MIB,
            base,
            owner,
            boxes,
            unused,
            dangling,
            killed,
            List.of()));
  }

  private void hostId(String id) throws IOException {
    Files.createDirectories(folder.resolve(".nexus"));
    Files.writeString(folder.resolve(".nexus/host.id"), id + "\n");
  }

  private static Box box(String name, String host, String agent, long memory, Integer... ports) {
    return new Box("id-" + name, name, host, agent, true, memory, List.of(ports));
  }

  @Test
  void nothingIsWrongWithAGoodOne() throws IOException {
    hostId("us");
    served = true;
    owner = Optional.of(new Owner("us", "/data"));
    boxes.add(box("nexus-agent-a", "us", "A", 192 * MIB, 8081));
    boxes.add(box("web", "", "", 0, 80));
    assertThat(judge())
        .contains("ok    engine: 20.10.24 (API 1.41) at " + SOCKET)
        .contains("ok    engine owner: this data folder")
        .contains("ok    live-restore: on")
        .contains("ok    reach: container: ")
        .contains("1 containers may take 192 MiB of the 1024 MiB")
        .endsWith("nothing is wrong\n")
        .doesNotContain("note")
        .doesNotContain("labelled");
  }

  @ParameterizedTest
  @CsvSource({
    "NO_SOCKET, is not there",
    "NOBODY, nobody listens at",
    "HUNG, gives no answer within 2 s",
    "DENIED, you may not open"
  })
  void saysWhyItIsSilentAndWhatHelps(Silence silence, String why) {
    String text = judge(new Silent(SOCKET, silence, "text"));
    assertThat(text).contains("wrong engine: ", why, "something is wrong");
    switch (silence) {
      case DENIED -> assertThat(text).contains("try: sudo usermod -aG docker $USER");
      case HUNG -> assertThat(text).contains("try: sudo systemctl restart docker");
      default ->
          assertThat(text).containsPattern("try: sudo (systemctl start docker|apt install docker)");
    }
  }

  @Test
  void namesWhatSaysWhereTheEngineIs() {
    env.put("DOCKER_HOST", "unix:///gone");
    assertThat(judge(new Silent("unix:///gone", Silence.NO_SOCKET, "")))
        .contains("(environment DOCKER_HOST)", "try: DOCKER_HOST= nexus doctor");
    env.put("NEXUS_DOCKER_SOCKET", "/there");
    assertThat(judge(new Silent("unix:///there", Silence.NO_SOCKET, "")))
        .contains("(environment NEXUS_DOCKER_SOCKET)")
        .contains("try: NEXUS_DOCKER_SOCKET=/var/run/docker.sock nexus doctor");
  }

  @Test
  void isShortWhereReplicasAreProcesses() {
    env.put("NEXUS_HOST", "process");
    liveRestore = false;
    assertThat(judge().lines()).hasSize(2);
    assertThat(judge()).contains("not in use: host is process", "nothing is wrong");
    assertThat(judge(new Silent(SOCKET, Silence.HUNG, "")))
        .contains("ok    engine: none answers at " + SOCKET, "nothing is wrong");
  }

  @Test
  void saysWhichPromiseNeedsWhat() {
    liveRestore = false;
    near = Optional.of(false);
    proxy = Optional.of(true);
    assertThat(judge())
        .contains("note  live-restore: off: when the engine stops or restarts, every agent stops")
        .contains("note  reach: loopback: ", "userland proxy, which accepts before the replica")
        .containsPattern("\"live-restore\": true.*sudo systemctl reload docker")
        .containsPattern("\"userland-proxy\": false.*sudo systemctl restart docker");
    proxy = Optional.of(false);
    assertThat(judge()).contains("ok    reach: loopback: ", "without a userland proxy");
    proxy = Optional.empty();
    assertThat(judge()).contains("ok    reach: loopback: ", "shows only later");
    env.put("NEXUS_DOCKER_REACH", "container");
    assertThat(judge()).contains("wrong reach: docker.reach is container, but no bridge");
    near = Optional.of(true);
    assertThat(judge()).contains("ok    reach: container: ");
  }

  @Test
  void tellsWhoseTheEngineIs() throws IOException {
    hostId("us");
    Path other = Files.createDirectories(folder.resolve("other"));
    owner = Optional.of(new Owner("them", other.toString()));
    assertThat(judge())
        .contains("ok    engine owner: the data folder other, whose gateway is gone");
    boxes.add(box("nexus-agent-x", "them", "X", MIB));
    assertThat(judge())
        .contains("wrong engine owner: ", "left containers: nexus-agent-x")
        .contains("try: nexus down --data " + other);
    Files.delete(other);
    assertThat(judge())
        .contains("try: docker rm -f $(docker ps -aq --filter label=nexus.host=them)");
  }

  @Test
  void listsContainersWithoutAGateway() throws IOException {
    hostId("us");
    boxes.add(box("nexus-agent-b", "us", "B", MIB));
    boxes.add(box("nexus-agent-a", "us", "A", MIB));
    assertThat(judge())
        .contains("note  containers: 2 without a gateway: nexus-agent-a, nexus-agent-b")
        .contains("try: nexus up to go on with them, nexus down to end");
    env.put("NEXUS_HOST", "process");
    assertThat(judge()).contains("2 without a gateway");
  }

  @Test
  void tellsOfMemory() {
    boxes.add(box("nexus-agent-a.2", "us", "A", 2000 * MIB));
    killed.addAll(List.of("nexus-agent-a.2", "nexus-agent-a.2", "web"));
    assertThat(judge())
        .contains("note  memory: 1 containers may take 2000 MiB of the 1024 MiB")
        .contains(
            "container nexus-agent-a.2 was killed 2 times in the last hour for want of memory")
        .contains("(its limit is 2000 MiB)")
        .contains("agents/a/agent.yaml, then: nexus apply a\n")
        .contains("container web was killed 1 times")
        .contains("docker update --memory 512m --memory-swap 512m web");
  }

  @Test
  void tellsOfImages() {
    unused = new Images(7, 600 * MIB);
    dangling = new Images(2, 30 * MIB);
    base = Optional.empty();
    assertThat(judge())
        .contains("note  images: 7 of agents are used by no container, about 600 MiB")
        .contains("try: docker image prune --all --filter label=nexus.image=agent")
        .contains("note  images: 2 without a name, up to 30 MiB")
        .contains("try: docker image prune, which removes those only")
        .contains("base image: nexus-delta-agent:latest is not there")
        .contains("try: docker/local-bases\n")
        .doesNotContain("system prune");
    env.put("NEXUS_DOCKER_BASE", "mine:1");
    assertThat(judge()).contains("try: docker/local-bases --tag mine:1");
  }

  @Test
  void tellsOfOthersInOurRangeAndOfThoseThatAreCalled() {
    boxes.add(box("web", "", "", 0, 80, 8085));
    boxes.add(box("by-hand", "", "Box", 0));
    boxes.add(box("nexus-agent-a", "us", "A", MIB, 8081));
    assertThat(judge())
        .contains("note  ports: container web of somebody else's publishes [8085] of the agents'")
        .contains("try: docker stop web")
        .contains("ok    labelled containers: calls may go to these of somebody else's: by-hand")
        .doesNotContain("[8081]");
  }
}
