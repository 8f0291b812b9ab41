package dev.nexusdelta.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A gateway that anybody on the network reaches, from the key that is made before it starts. */
class KeysIT {
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  @Test
  void beyondLoopbackNothingGoesWithoutAKey() throws Exception {
    try (Workspace workspace = Workspace.open()) {
      Files.createDirectories(workspace.folder().resolve("agents"));
      int port = Workspace.freePort();
      String admin = "127.0.0.1:" + Workspace.freePort();
      workspace.env("NEXUS_LISTEN", "0.0.0.0:" + port).env("NEXUS_ADMIN", admin);
      Workspace.Typed refused = workspace.type("./nexus up -d");
      assertThat(refused.code()).as(refused.err()).isEqualTo(5);
      assertThat(refused.err()).contains("nexus keys create NAME --scope admin");

      String ops = workspace.typeWell("./nexus keys create ops --scope admin").out().strip();
      workspace.typeWell("./nexus up -d");
      workspace.typeWell("./nexus keys create watcher --scope read > watcher.key");
      String watcher = Files.readString(workspace.folder().resolve("watcher.key")).strip();
      String api = "http://" + admin + "/api/v1";
      String front = "http://127.0.0.1:" + port;
      for (String open : new String[] {"/livez", "/readyz"}) {
        assertThat(status("GET", front + open, "")).isEqualTo(200);
      }
      for (String url : new String[] {front + "/", "http://" + admin + "/metrics", api + "/keys"}) {
        assertThat(status("GET", url, "")).as(url).isEqualTo(401);
        assertThat(status("GET", url, ops)).as(url).isEqualTo(200);
        assertThat(status("GET", url, watcher))
            .as(url)
            .isEqualTo(url.endsWith("/keys") ? 403 : 200);
      }
      workspace.typeWell("./nexus create --name Far --url http://127.0.0.1:9");
      assertThat(status("POST", api + "/agents/far/stop", watcher)).isEqualTo(403);
      assertThat(status("POST", api + "/agents/far/stop", ops)).isLessThan(300);
      assertThat(workspace.typeWell("./nexus events").out()).contains("key:ops", "key.created");
      Workspace.Typed denied = workspace.type("./nexus keys list --key-file watcher.key");
      assertThat(denied.code()).as(denied.err()).isEqualTo(8);
      assertThat(denied.err()).contains("admin");

      workspace.typeWell("./nexus keys revoke watcher");
      assertThat(status("GET", api + "/agents", watcher)).isEqualTo(401);
      workspace.typeWell("./nexus keys revoke ops");
      assertThat(status("GET", front + "/", "")).as("without any key left").isEqualTo(401);
      assertThat(status("GET", api + "/agents", ops)).isEqualTo(401);
      assertThat(new JsonObject(workspace.typeWell("./nexus keys list -o json").out()))
          .isEqualTo(new JsonObject("{\"keys\":[]}"));
    }
  }

  private int status(String method, String url, String token) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url))
            .timeout(Duration.ofSeconds(20))
            .method(method, HttpRequest.BodyPublishers.noBody());
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
  }
}
