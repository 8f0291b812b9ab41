package dev.nexusdelta.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An agent that somebody else runs, from its card to its end in the market. */
@Timeout(120)
class MarketIT {
  /** Says what it was asked, and tries to send whoever asks for "away" to the gateway itself. */
  private static final class FarAgent implements AutoCloseable {
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final HttpServer server;

    FarAgent() throws IOException {
      server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
      server.createContext("/", this::answer);
      server.start();
    }

    String url() {
      return "http://localhost:" + server.getAddress().getPort();
    }

    private void answer(HttpExchange call) throws IOException {
      String body = new String(call.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      String path = call.getRequestURI().getPath();
      boolean execute = path.equals("/execute");
      if (execute) {
        asked.add(body);
      }
      boolean away = body.contains("away");
      if (away) {
        call.getResponseHeaders().set("Location", "/inside");
      }
      byte[] text = "{\"result\":\"far\"}".getBytes(StandardCharsets.UTF_8);
      call.sendResponseHeaders(execute ? (away ? 302 : 200) : 404, text.length);
      call.getResponseBody().write(text);
      call.close();
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }

  private static String body(String tool) {
    return new JsonObject().put("tool_name", tool).put("parameters", new JsonObject()).encode();
  }

  @Test
  void anAgentElsewhereIsRegisteredCalledShownAndDeleted() throws Exception {
    try (Workspace workspace = Workspace.open();
        FarAgent agent = new FarAgent()) {
      JsonObject card =
          new JsonObject()
              .put("name", "FarAgent")
              .put("purpose", "Tells how far it is")
              .put("category", "utility")
              .put("model", "gpt-4")
              .put("tools", List.of("distance", "away"))
              .put("api_endpoint", agent.url());
      Files.writeString(workspace.folder().resolve("card.json"), card.encode());
      workspace.typeWell("./nexus up -d");
      workspace.typeWell("./nexus register --card card.json --dry-run");
      workspace.typeWell("./nexus register --card card.json");
      workspace.typeWell("./nexus start --name FarAgent");

      HttpResponse<String> far = workspace.call("faragent", body("distance"));
      assertThat(far.statusCode()).as(far.body()).isEqualTo(200);
      assertThat(far.body()).isEqualTo("{\"result\":\"far\"}");
      HttpResponse<String> away = workspace.call("faragent", body("away"));
      assertThat(away.statusCode()).as("passed on, not followed").isEqualTo(302);
      assertThat(agent.asked).hasSize(2);

      JsonObject shown = workspace.admin("/marketplace/agents/faragent");
      assertThat(shown.getString("state")).isEqualTo("ready");
      assertThat(shown.getString("source")).isEqualTo("card");
      assertThat(shown.getJsonObject("calls").getInteger("count")).isEqualTo(2);
      assertThat(shown.getJsonObject("calls").getDouble("successRate")).isEqualTo(1);
      assertThat(workspace.typeWell("./nexus market search far").out())
          .contains("FarAgent")
          .contains("ready")
          .contains("Tells how far it is");

      Files.writeString(
          workspace.folder().resolve("bad.json"),
          card.copy().put("name", "Self").put("api_endpoint", workspace.url()).encode());
      assertThat(workspace.type("./nexus register --card bad.json").code()).isEqualTo(5);
      workspace.typeWell("./nexus delete FarAgent");
      assertThat(workspace.typeWell("./nexus market").out()).doesNotContain("FarAgent");
    }
  }
}
