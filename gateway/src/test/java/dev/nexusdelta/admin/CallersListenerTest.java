package dev.nexusdelta.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left for callers of the control plane when operators have a listener of their own. */
class CallersListenerTest {
  @TempDir private Path root;
  private final HttpClient client = HttpClient.newHttpClient();
  private Plane plane;
  private HttpServer callers;

  @BeforeEach
  void open() throws Exception {
    plane = new Plane(root);
    callers = plane.vertx.createHttpServer().requestHandler(plane.control::callers);
    callers.listen(0, "127.0.0.1").await(10, TimeUnit.SECONDS);
  }

  @AfterEach
  void close() throws Exception {
    plane.close();
  }

  @Test
  void hasProbesAndOverview() throws Exception {
    for (String path : List.of("/", "/livez", "/readyz", "/openapi.json")) {
      assertThat(get(path).statusCode()).as(path).isEqualTo(200);
    }
  }

  @Test
  void hasNothingOfTheAdminApi() throws Exception {
    for (String path :
        List.of(
            "/metrics", "/api/v1/agents", "/api", "//api/v1/agents", "/livez/../api/v1/agents")) {
      HttpResponse<String> answer = get(path);
      assertThat(answer.statusCode()).as(path).isEqualTo(404);
      assertThat(answer.body()).contains("listener of their own");
    }
  }

  private HttpResponse<String> get(String path) throws Exception {
    URI uri = new URI("http://127.0.0.1:" + callers.actualPort() + path);
    return client.send(
        HttpRequest.newBuilder(uri)
            .version(HttpClient.Version.HTTP_1_1)
            .timeout(Plane.PATIENCE)
            .header("Authorization", "Bearer " + plane.token)
            .build(),
        BodyHandlers.ofString());
  }
}
