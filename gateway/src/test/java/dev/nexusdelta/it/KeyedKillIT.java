package dev.nexusdelta.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A gateway killed with -9 within keyed calls runs none of them twice; the agent's journal says.
 */
@Tag("long")
class KeyedKillIT {
  /** Writes down what it is asked, then works for as long as it is told. */
  private static final String AGENT =
      """
      import json, os, time
      from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

      class Handler(BaseHTTPRequestHandler):
          protocol_version = "HTTP/1.1"

          def do_GET(self):
              self.answer({"status": "healthy"})

          def do_POST(self):
              body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
              given = body["parameters"]
              with open(os.environ["JOURNAL"], "a") as journal:
                  journal.write(given["id"] + "\\n")
              time.sleep(given["seconds"])
              self.answer({"result": given["id"]})

          def answer(self, document):
              body = json.dumps(document).encode()
              self.send_response(200)
              self.send_header("Content-Type", "application/json")
              self.send_header("Content-Length", str(len(body)))
              self.end_headers()
              self.wfile.write(body)

      server = ThreadingHTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Handler)
      server.serve_forever()
      """;

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @Test
  void nothingRunsTwice() throws Exception {
    try (Workspace workspace = Workspace.open()) {
      Path journal = workspace.folder().resolve("journal.txt");
      Files.createFile(journal);
      Path agent = Files.createDirectories(workspace.folder().resolve("agents/writer"));
      Files.writeString(agent.resolve("writer.py"), AGENT);
      Files.writeString(
          agent.resolve("agent.yaml"),
          "name: Writer\nrun: {command: python3 writer.py}\nenv: {JOURNAL: '" + journal + "'}\n");
      workspace.typeWell("./nexus up -d");

      assertThat(call(workspace, "kept", 0).body()).contains("kept");
      CompletableFuture<HttpResponse<String>> cut =
          http.sendAsync(request(workspace, "cut", 5), HttpResponse.BodyHandlers.ofString());
      Workspace.await("it runs", Duration.ofSeconds(10), () -> lines(journal).contains("cut"));
      kill(workspace);
      assertThat(cut.handle((answer, failure) -> failure).get(10, TimeUnit.SECONDS)).isNotNull();
      workspace.typeWell("./nexus up -d");

      HttpResponse<String> again = call(workspace, "kept", 0);
      assertThat(again.statusCode()).as(again.body()).isEqualTo(200);
      assertThat(again.headers().firstValue("Idempotency-Replayed")).hasValue("true");
      HttpResponse<String> unknown = call(workspace, "cut", 5);
      assertThat(unknown.statusCode()).isEqualTo(502);
      assertThat(new JsonObject(unknown.body()).getString("code")).isEqualTo("outcome_unknown");
      assertThat(lines(journal)).containsExactly("kept", "cut");
      String id = unknown.headers().firstValue("X-Request-Id").orElseThrow();
      assertThat(workspace.typeWell("./nexus explain call " + id).out())
          .contains("outcome_unknown")
          .contains("it carried an Idempotency-Key: unknown");
    }
  }

  @Test
  void noMomentOfAKillLetsACallRunTwice() throws Exception {
    try (Workspace workspace = Workspace.open()) {
      Path journal = workspace.folder().resolve("journal.txt");
      Files.createFile(journal);
      Path agent = Files.createDirectories(workspace.folder().resolve("agents/writer"));
      Files.writeString(agent.resolve("writer.py"), AGENT);
      Files.writeString(
          agent.resolve("agent.yaml"),
          "name: Writer\nrun: {command: python3 writer.py}\nenv: {JOURNAL: '" + journal + "'}\n");
      workspace.typeWell("./nexus up -d");
      call(workspace, "first", 0);
      for (int kill = 0; kill < 4; kill++) {
        List<CompletableFuture<?>> calls = new java.util.ArrayList<>();
        for (int i = 0; i < 40; i++) {
          calls.add(
              http.sendAsync(
                  request(workspace, kill + "-" + i, 0.01), HttpResponse.BodyHandlers.ofString()));
        }
        calls.get(5 * kill).handle((answer, failure) -> failure).get(20, TimeUnit.SECONDS);
        kill(workspace);
        for (CompletableFuture<?> each : calls) {
          each.handle((answer, failure) -> failure).get(20, TimeUnit.SECONDS);
        }
        workspace.typeWell("./nexus up -d");
        for (int i = 0; i < 40; i++) {
          assertThat(call(workspace, kill + "-" + i, 0.01).statusCode()).isIn(200, 502);
        }
      }
      assertThat(lines(journal)).doesNotHaveDuplicates();
    }
  }

  private HttpResponse<String> call(Workspace workspace, String id, double seconds)
      throws Exception {
    return http.send(request(workspace, id, seconds), HttpResponse.BodyHandlers.ofString());
  }

  private static HttpRequest request(Workspace workspace, String id, double seconds) {
    JsonObject body =
        new JsonObject()
            .put("tool_name", "write")
            .put("parameters", new JsonObject().put("id", id).put("seconds", seconds));
    return HttpRequest.newBuilder(URI.create(workspace.url() + "/agents/writer/execute"))
        .timeout(Duration.ofSeconds(20))
        .header("Content-Type", "application/json")
        .header("Idempotency-Key", id)
        .POST(HttpRequest.BodyPublishers.ofString(body.encode()))
        .build();
  }

  private static List<String> lines(Path journal) {
    try {
      return Files.readAllLines(journal);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void kill(Workspace workspace) throws Exception {
    ProcessHandle gateway = ProcessHandle.of(workspace.gatewayPid()).orElseThrow();
    gateway.destroyForcibly();
    gateway.onExit().get(10, TimeUnit.SECONDS);
  }
}
