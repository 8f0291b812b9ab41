package dev.nexusdelta.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The FastAPI agent of the seed, as printed there: it has no {@code /health} and no {@code /tools},
 * somebody else starts it, and it is called through the gateway unchanged.
 */
class SeedAgentIT {
  @BeforeEach
  void needsFastApi() throws Exception {
    SeedAgent.needsFastApi();
  }

  @Test
  void isCalledThroughTheGatewayUnchanged() throws Exception {
    try (Workspace workspace = Workspace.open();
        SeedAgent agent = SeedAgent.start(workspace.folder())) {
      workspace.typeWell("./nexus create --name SeedAgent --url " + agent.url());
      workspace.typeWell("./nexus start --name SeedAgent");

      HttpResponse<String> processed = workspace.call("seedagent", body("my_tool"));
      assertThat(processed.statusCode()).isEqualTo(200);
      assertThat(new JsonObject(processed.body()))
          .isEqualTo(new JsonObject().put("result", "processed"));

      // The agent's own word for a failure: an answer like any other.
      HttpResponse<String> unknown = workspace.call("seedagent", body("no_such_tool"));
      assertThat(unknown.statusCode()).isEqualTo(200);
      assertThat(unknown.body()).isEqualTo("{\"error\":\"tool not found\"}");

      JsonObject status = workspace.admin("/agents/seedagent").getJsonObject("status");
      assertThat(status.getString("state")).isEqualTo("healthy");
      assertThat(status.getString("health")).isEqualTo("port");

      workspace.typeWell("./nexus stop --name SeedAgent");
      assertThat(agent.isAlive()).as("what runs elsewhere is not ours to end").isTrue();
    }
  }

  private static String body(String tool) {
    return new JsonObject().put("tool_name", tool).put("parameters", new JsonObject()).encode();
  }
}
