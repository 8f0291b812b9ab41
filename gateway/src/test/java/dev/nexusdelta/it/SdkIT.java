package dev.nexusdelta.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexusdelta.proxy.OpenApiDocument;
import dev.nexusdelta.sdk.JsonValue;
import dev.nexusdelta.sdk.NexusDelta;
import dev.nexusdelta.sdk.NexusDeltaSDK;
import dev.nexusdelta.sdk.ProblemException;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Programs against a whole gateway: the README's, the seed's, and those that generators make. */
class SdkIT {
  private static final List<String> SAMPLES =
      List.of("dataagent", "textagent", "imageagent", "codeagent", "mathagent");

  private static final String PROGRAM =
      """
      import dev.nexusdelta.sdk.*;
      import java.time.Duration;
      import java.util.*;
      import java.util.concurrent.CompletableFuture;

      class Program {
        public static void main(String[] args) {
      %s
        }
      }
      """;

  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void examplesRunAsWritten() throws Exception {
    try (Workspace workspace = Workspace.open()) {
      for (String sample : SAMPLES) {
        workspace.addSample(sample);
      }
      workspace.typeWell("./nexus up -d");
      assertThat(java(workspace, block("java")).lines())
          .startsWith(
              "Stats[count=5, mean=3.0]",
              "Stats[count=2, mean=1.5]",
              "Window[end=1, mean=1.5]",
              "Window[end=2, mean=4.0]",
              "Window[end=3, mean=3.0]")
          .last()
          .asString()
          .startsWith("invalid_parameters [Fault[pointer=/parameters/data");
      assertThat(python(workspace, block("python")).lines())
          .startsWith("3.0", "1 1.5", "2 4.0", "3 3.0")
          .last()
          .asString()
          .startsWith("invalid_parameters [{'pointer': '/parameters/data");
      for (String sample : SAMPLES) {
        describes(workspace, sample);
      }
      OpenApiDocument data = describes(workspace, "dataagent");
      JsonObject numbers = new JsonObject("{\"data\":[1,2,3],\"window\":2}");
      assertThat(data.takes("rolling", numbers)).isTrue();
      assertThat(data.takes("rolling", new JsonObject("{\"data\":\"none\"}"))).isFalse();
      for (String type : List.of("application/json", "application/x-ndjson")) {
        answered(workspace, "rolling", numbers, type)
            .lines()
            .forEach(
                line ->
                    assertThat(data.answers("rolling", type, new JsonObject(line)))
                        .as("%s %s", type, line)
                        .isTrue());
      }
      String sum = answered(workspace, "process_data", numbers.copy(), "application/json");
      assertThat(data.answers("process_data", "application/json", new JsonObject(sum))).isTrue();
    }
  }

  @Test
  void registrationOfTheSeedRunsAsWritten() throws Exception {
    SeedAgent.needsFastApi();
    try (Workspace workspace = Workspace.open();
        SeedAgent agent = SeedAgent.start(workspace.folder())) {
      workspace.typeWell("./nexus up -d");
      String snippet =
          Files.readString(Workspace.home().resolve("sdk/src/test/resources/seed_registration.py"));
      String agents =
          "agents = [{'name': 'SeedAgent', 'description': 'Of the seed', 'tools': ['my_tool'],"
              + " 'port': %d}]\n";
      python(workspace, agents.formatted(agent.port()) + snippet);

      NexusDelta nexus =
          NexusDelta.connect(
              workspace.url(), Files.readString(workspace.data().resolve("admin.token")).strip());
      Workspace.await(
          "the registered agent to be healthy",
          Duration.ofSeconds(20),
          () ->
              nexus.agents().stream()
                  .anyMatch(
                      each -> each.name().equals("SeedAgent") && each.state().equals("healthy")));
      assertThat(nexus.agent("SeedAgent").call("my_tool", Map.of(), String.class))
          .isEqualTo("processed");
      assertThatThrownBy(() -> nexus.agent("SeedAgent").call("no_such_tool", Map.of()))
          .isInstanceOfSatisfying(
              ProblemException.class, e -> assertThat(e.code()).isEqualTo("tool_unknown"));

      NexusDeltaSDK sdk =
          NexusDeltaSDK.builder()
              .url(workspace.url())
              .apiKey(Files.readString(workspace.data().resolve("admin.token")).strip())
              .build();
      sdk.registerAgent(
          Map.of(
              "name", "SeedToo",
              "purpose", "The same by Java",
              "category", "utility",
              "model", "gpt-4",
              "tools", List.of("my_tool"),
              "api_endpoint", "http://your-host:" + agent.port()));
      JsonValue found = nexus.market().search("java");
      assertThat(found.get("agents").items())
          .extracting(card -> card.get("name").text())
          .containsExactly("SeedToo");
      nexus.unregisterAgent("SeedToo");
      assertThat(agent.isAlive()).isTrue();
    }
  }

  /** The first block of that language in the README's section. */
  private static String block(String language) throws Exception {
    String readme = Files.readString(Workspace.home().resolve("README.md"));
    String section = readme.substring(readme.indexOf("## From a program"));
    Matcher block = Pattern.compile("(?ms)^```" + language + "\n(.*?)^```").matcher(section);
    assertThat(block.find()).isTrue();
    return block.group(1);
  }

  private static String java(Workspace workspace, String statements) throws Exception {
    Path program = workspace.folder().resolve("Program.java");
    Files.writeString(
        program, PROGRAM.formatted(statements).replace("http://localhost:8080", workspace.url()));
    String readme = Files.readString(Workspace.home().resolve("README.md"));
    String line = "java -cp 'target/nexus/lib/*' Program.java";
    assertThat(readme).contains("`" + line + "`");
    return workspace
        .typeWell(
            System.getProperty("java.home")
                + "/bin/"
                + line.replace("target/", Workspace.home() + "/target/"))
        .out();
  }

  private static String python(Workspace workspace, String program) throws Exception {
    Files.writeString(workspace.folder().resolve("program.py"), program);
    return workspace
        .typeWell(
            "NEXUS_URL="
                + workspace.url()
                + " PYTHONPATH="
                + Workspace.home().resolve("sdk/python")
                + " "
                + SeedAgent.PYTHON
                + " -B program.py")
        .out();
  }

  private OpenApiDocument describes(Workspace workspace, String agent) throws Exception {
    JsonObject json = new JsonObject(get(workspace, "/agents/" + agent + "/openapi.json"));
    JsonObject tools = new JsonObject(get(workspace, "/agents/" + agent + "/tools"));
    assertThat(json.getJsonObject("paths").size())
        .as(agent)
        .isEqualTo(tools.getJsonArray("tools").size())
        .isPositive();
    return new OpenApiDocument(json).isSound();
  }

  private String get(Workspace workspace, String path) throws Exception {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(URI.create(workspace.url() + path))
                .timeout(Duration.ofSeconds(10))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  private String answered(Workspace workspace, String tool, JsonObject parameters, String accept)
      throws Exception {
    URI uri = URI.create(workspace.url() + "/agents/dataagent/tools/" + tool);
    if (!tool.equals("rolling")) {
      parameters.remove("window");
    }
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(uri)
                .timeout(Duration.ofSeconds(20))
                .header("Content-Type", "application/json")
                .header("Accept", accept)
                .POST(HttpRequest.BodyPublishers.ofString(parameters.encode()))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }
}
