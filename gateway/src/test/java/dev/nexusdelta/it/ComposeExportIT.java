package dev.nexusdelta.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What {@code nexus export compose} writes, run by a real compose. */
@Tag("long")
@Tag("alone")
@Timeout(400)
class ComposeExportIT {
  private static final String AGENT_IMAGE = "nexus-delta-agent:latest";
  private static final String GATEWAY_IMAGE = "nexus-delta-gateway:latest";

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private Workspace workspace;

  @BeforeEach
  void open() throws IOException {
    workspace = Workspace.open();
  }

  @AfterEach
  void close() throws Exception {
    workspace.close();
  }

  @Test
  void compilesJavaAgentsIntoFoldersToBuild() throws Exception {
    ComposeProgram compose = ComposeProgram.find();
    workspace.addSample("dataagent");
    workspace.addSample("mathagent");
    workspace.typeWell("./nexus export compose");
    Path project = workspace.folder().resolve("compose");
    assertThat(project.resolve("build/dataagent/agent.jar")).exists();
    assertThat(project.resolve("build/dataagent/lib")).isNotEmptyDirectory();
    assertThat(Files.readString(project.resolve("build/mathagent/Dockerfile")))
        .startsWith("FROM " + AGENT_IMAGE + "\n")
        .contains("\"-Xmx58982k\"")
        .endsWith("CMD [\"MathAgent\"]\n");
    compose.runWell(project, Map.of(), "config", "--quiet");
    assertThat(workspace.typeWell("./nexus export compose").out()).contains("2 agents");
    Path code = workspace.folder().resolve("agents/mathagent/MathAgent.java");
    Files.writeString(code, Files.readString(code) + "}");
    Workspace.Typed refused = workspace.type("./nexus export compose");
    assertThat(refused.code()).isEqualTo(5);
    assertThat(refused.err()).contains("MathAgent.java:").contains("nothing was written");
  }

  @Test
  void runsUnchangedAndScalesBehindOneUrl() throws Exception {
    ComposeProgram compose = ComposeProgram.find();
    ComposeProgram.needImages(AGENT_IMAGE, GATEWAY_IMAGE);
    int java = Integer.parseInt(docker("image", "inspect", "-f", LABEL, AGENT_IMAGE).strip());
    Assumptions.assumeTrue(
        java >= Runtime.version().feature(),
        AGENT_IMAGE + " has JDK " + java + ", older than the one that compiles here");
    workspace.addSample("dataagent");
    workspace.typeWell("./nexus export compose");
    Path folder = workspace.folder().resolve("compose");
    int port = Workspace.freePort();
    String project = "nexusit" + port;
    Map<String, String> variables =
        Map.of("COMPOSE_PROJECT_NAME", project, "NEXUS_PORT", Integer.toString(port));
    try {
      compose.runWell(folder, variables, "up", "-d", "--scale", "dataagent=3");
      Set<String> replicas = new TreeSet<>();
      Workspace.await(
          "three replicas answer",
          Duration.ofSeconds(120),
          () -> call("http://127.0.0.1:" + port, replicas) && replicas.size() == 3);
    } finally {
      compose.runWell(folder, variables, "down", "-v", "--rmi", "local");
    }
    String label = "label=com.docker.compose.project=" + project;
    assertThat(docker("ps", "-aq", "--filter", label)).isEmpty();
    assertThat(docker("volume", "ls", "-q", "--filter", label)).isEmpty();
    assertThat(docker("network", "ls", "-q", "--filter", label)).isEmpty();
    assertThat(docker("image", "ls", "-q", project + "_dataagent")).isEmpty();
    assertThat(docker("image", "ls", "-q", project + "-dataagent")).isEmpty();
  }

  private static final String LABEL = "{{index .Config.Labels \"nexus.java\"}}";

  private static String docker(String... arguments) throws Exception {
    List<String> line = new java.util.ArrayList<>(List.of("docker"));
    line.addAll(List.of(arguments));
    ComposeProgram.Ended ended = ComposeProgram.run(Path.of("."), Map.of(), line);
    assertThat(ended.code()).as("%s: %s", line, ended.output()).isZero();
    return ended.output();
  }

  private boolean call(String url, Set<String> replicas) {
    try {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(URI.create(url + "/agents/DataAgent/tools/process_data"))
                  .timeout(Duration.ofSeconds(10))
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString("{\"data\": [1, 2, 3]}"))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() == 200) {
        assertThat(answer.body()).contains("2.0");
        replicas.add(answer.headers().firstValue("X-Nexus-Replica").orElseThrow());
      }
      return answer.statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
