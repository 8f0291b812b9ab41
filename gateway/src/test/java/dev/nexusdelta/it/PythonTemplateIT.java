package dev.nexusdelta.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The agent that {@code nexus create --template python} writes, as callers see it. */
class PythonTemplateIT {
  @Test
  void tellsItsErrors() throws Exception {
    SeedAgent.needsFastApi();
    try (Workspace workspace = Workspace.open()) {
      workspace.typeWell("./nexus create --name Py --template python");
      Path manifest = workspace.folder().resolve("agents/py/agent.yaml");
      String text = Files.readString(manifest);
      assertThat(text).contains("  command: python3 py_agent.py");
      Files.writeString(
          manifest, text.replace("  command: python3", "  command: " + SeedAgent.PYTHON));
      workspace.typeWell("./nexus up -d");
      HttpResponse<String> good = call(workspace, "process_data", "{\"data\":[1,2.5]}");
      assertThat(good.statusCode()).as(good.body()).isEqualTo(200);
      assertThat(new JsonObject(good.body()).getJsonObject("result").getDouble("sum"))
          .isEqualTo(3.5);
      for (String wrong : new String[] {"{\"data\":[\"a\"]}", "{\"data\":[]}", "{}", "[]"}) {
        refuses(workspace, "process_data", wrong, 422, "invalid_parameters");
      }
      refuses(workspace, "none", "{}", 404, "tool_unknown");
      refuses(workspace, "process_data", "{\"data\":[1e308,1e308]}", 500, "failed");
    }
  }

  private static void refuses(
      Workspace workspace, String tool, String parameters, int status, String code)
      throws Exception {
    HttpResponse<String> answer = call(workspace, tool, parameters);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("X-Nexus-Tool-Error")).contains(code);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(new JsonObject(answer.body()).getString("error")).isNotBlank();
  }

  private static HttpResponse<String> call(Workspace workspace, String tool, String parameters)
      throws Exception {
    return workspace.call(
        "py", "{\"tool_name\":\"" + tool + "\",\"parameters\":" + parameters + "}");
  }
}
