package dev.nexusdelta.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.sdk.JsonValue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The quick start, typed from top to bottom into an empty folder. */
@Timeout(300)
class QuickStartIT {
  private static final Pattern GIVEN = Pattern.compile("wrote port ([0-9]+)");

  @Test
  void worksAsPrinted() throws Exception {
    try (Workspace workspace = Workspace.open()) {
      // 1. Create Agent from Template. Port 8081 may be somebody's on this machine.
      Workspace.Typed created =
          workspace.typeWell(
              "./nexus create --name \"MyAgent\" --port 8081 --capabilities data_processing analytics");
      Matcher given = GIVEN.matcher(created.err());
      String port = given.find() ? given.group(1) : "8081";

      // 2. Customize Agent Code
      Path code = workspace.folder().resolve("agents/myagent/MyAgent.java");
      Files.writeString(
          code,
          Files.readString(code)
              .replace("Counts, sums and averages", "Counts, sums and averages as I like it"));

      // 3. Start
      Workspace.Typed started = workspace.typeWell("./nexus start --name \"MyAgent\"");
      assertThat(started.err()).contains("no gateway runs: starting one in the background");
      assertThat(started.out()).contains("MyAgent healthy").contains("127.0.0.1:" + port);

      // 4. Test Agent
      assertThat(workspace.typeWell("curl -sf http://localhost:" + port + "/health").code())
          .isZero();
      String call =
          " -X POST %s -H \"Content-Type: application/json\""
              + " -d '{\"tool_name\": \"process_data\", \"parameters\": {\"data\": [1,2,3,4,5]}}'";
      for (String url :
          new String[] {
            "http://localhost:" + port + "/execute", workspace.url() + "/agents/myagent/execute"
          }) {
        String answer = workspace.typeWell("curl -sf" + call.formatted(url)).out();
        assertThat(JsonValue.parse(answer).get("result", "mean").number(0)).isEqualTo(3);
      }
      assertThat(workspace.typeWell("./nexus tools MyAgent").out()).contains("as I like it");

      manyAgents(workspace);
    }
  }

  private static void manyAgents(Workspace workspace) throws Exception {
    for (String agent :
        new String[] {
          "\"DataAgent\" --port 8081 --capabilities data analytics",
          "\"TextAgent\" --port 8082 --capabilities nlp text",
          "\"ImageAgent\" --port 8083 --capabilities vision ocr",
          "\"CodeAgent\" --port 8084 --capabilities programming",
          "\"MathAgent\" --port 8085 --capabilities math calculus",
        }) {
      workspace.typeWell("./nexus create --name " + agent);
    }
    workspace.typeWell("./nexus start-all");
    assertThat(states(workspace)).containsOnly("healthy").hasSize(6);
    assertThat(workspace.typeWell("./nexus list").out())
        .contains("MathAgent")
        .contains("CodeAgent");
    workspace.typeWell("./nexus stop --name \"DataAgent\"");
    assertThat(states(workspace)).contains("stopped", "healthy");
    workspace.typeWell("./nexus stop-all");
    assertThat(states(workspace)).containsOnly("stopped").hasSize(6);
  }

  private static java.util.List<String> states(Workspace workspace) throws Exception {
    return JsonValue.parse(workspace.typeWell("./nexus list -o json").out())
        .get("agents")
        .items()
        .stream()
        .map(agent -> agent.get("status", "state").text())
        .toList();
  }
}
