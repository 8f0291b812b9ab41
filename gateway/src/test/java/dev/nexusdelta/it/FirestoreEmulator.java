package dev.nexusdelta.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The Firestore emulator as a process, and somebody who edits documents in it by hand. */
final class FirestoreEmulator implements AutoCloseable {
  static final String PROJECT = "demo-nexus";
  private static final int ABSENT = 3;

  private final Path folder;
  private final int port;
  private final HttpClient http = HttpClient.newHttpClient();

  /** Starts one on a free port. */
  FirestoreEmulator(Path folder) throws Exception {
    this.folder = Files.createDirectories(folder);
    this.port = Workspace.freePort();
    start();
  }

  /** Starts it, empty. */
  void start() throws Exception {
    script("start", folder.toString(), String.valueOf(port));
  }

  /** Ends it with all that it knows. */
  void stop() throws Exception {
    script("stop", folder.toString());
  }

  /** Answers nothing any more, and refuses nothing. */
  void freeze() throws Exception {
    signal("-STOP");
  }

  void thaw() throws Exception {
    signal("-CONT");
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  private void signal(String name) throws Exception {
    String pid = Files.readString(folder.resolve("emulator.pid")).strip();
    assertThat(new ProcessBuilder("kill", name, pid).start().waitFor()).isZero();
  }

  private void script(String... arguments) throws Exception {
    Path log = folder.resolve("script.log");
    String[] line = new String[arguments.length + 1];
    line[0] = Workspace.home().resolve(".ci/emulator").toString();
    System.arraycopy(arguments, 0, line, 1, arguments.length);
    Process process = new ProcessBuilder(line).redirectError(log.toFile()).start();
    process.getInputStream().readAllBytes();
    assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
    String said = Files.readString(log, StandardCharsets.UTF_8);
    assumeTrue(process.exitValue() != ABSENT || System.getenv("CI") != null, said);
    assertThat(process.exitValue()).as(said).isZero();
  }

  /** A document as it is, in Firestore's own form of values. */
  Optional<JsonObject> document(String key) {
    try {
      HttpResponse<String> answer = send("GET", key, "");
      return answer.statusCode() == 200
          ? Optional.of(new JsonObject(answer.body()).getJsonObject("fields"))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** What a card says the agent is for; empty where there is none. */
  String purpose(String key) {
    return document(key)
        .map(
            fields ->
                fields
                    .getJsonObject("card")
                    .getJsonObject("mapValue")
                    .getJsonObject("fields")
                    .getJsonObject("purpose")
                    .getString("stringValue"))
        .orElse("");
  }

  /** Somebody edits it in the console. */
  void purpose(String key, String purpose) throws IOException {
    write(
        key + "?updateMask.fieldPaths=card.purpose",
        new JsonObject().put("card", new JsonObject().put("purpose", purpose)));
  }

  /** Somebody writes a whole one. */
  void write(String key, JsonObject content) throws IOException {
    JsonObject body = value(content).getJsonObject("mapValue");
    HttpResponse<String> answer = send("PATCH", key, body.encode());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private HttpResponse<String> send(String method, String key, String body) throws IOException {
    String path = "/v1/projects/" + PROJECT + "/databases/(default)/documents/agents/" + key;
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + address() + path))
            .timeout(Duration.ofSeconds(10))
            .header("Authorization", "Bearer owner")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private static JsonObject value(Object plain) {
    if (plain instanceof JsonObject object) {
      JsonObject fields = new JsonObject();
      for (Map.Entry<String, Object> entry : object) {
        fields.put(entry.getKey(), value(entry.getValue()));
      }
      return new JsonObject().put("mapValue", new JsonObject().put("fields", fields));
    }
    if (plain instanceof JsonArray array) {
      JsonArray values = new JsonArray();
      array.forEach(each -> values.add(value(each)));
      return new JsonObject().put("arrayValue", new JsonObject().put("values", values));
    }
    if (plain instanceof Integer number) {
      return new JsonObject().put("integerValue", number.toString());
    }
    return plain instanceof Boolean
        ? new JsonObject().put("booleanValue", plain)
        : new JsonObject().put("stringValue", plain);
  }

  @Override
  public void close() throws Exception {
    stop();
  }
}
