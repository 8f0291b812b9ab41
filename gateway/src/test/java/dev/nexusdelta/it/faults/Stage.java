package dev.nexusdelta.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.host.TestPorts;
import dev.nexusdelta.it.Workspace;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One gateway, a whole process, on which rows are played: each against an agent of its own. */
final class Stage implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Workspace workspace;
  private final boolean tls;
  private final String url;
  private final String token;
  private final HttpClient http;

  private Stage(Workspace workspace, boolean tls) throws Exception {
    this.workspace = workspace;
    this.tls = tls;
    this.url = tls ? "https://localhost:" + port() : workspace.url();
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(Keys.trusting(workspace.folder()))
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    this.token = Files.readString(workspace.data().resolve("admin.token")).strip();
  }

  /** Starts a gateway that has these settings; buffers that leak are told in its log. */
  static Stage open(Map<String, String> settings) throws Exception {
    Workspace workspace = Workspace.open();
    try {
      workspace.env("NEXUS_JAVA_OPTS", "-Dio.netty.leakDetection.level=paranoid");
      Keys.write(workspace.folder());
      settings.forEach(
          (name, value) ->
              workspace.env(name, value.replace("${folder}", workspace.folder().toString())));
      workspace.typeWell(settings.getOrDefault("before", ":") + " && ./nexus up -d");
      return new Stage(workspace, settings.containsKey("NEXUS_TLS_CERT"));
    } catch (Throwable failure) {
      workspace.close();
      throw failure;
    }
  }

  Workspace workspace() {
    return workspace;
  }

  /** Plays a row; fails with all that its script printed. */
  void play(FaultRow row) throws Exception {
    List<AutoCloseable> props = new ArrayList<>();
    try {
      List<Integer> scripts = new ArrayList<>();
      JsonArray urls = new JsonArray();
      for (int i = 0; i < row.replicas(); i++) {
        int port = TestPorts.free();
        scripts.add(port);
        if (row.isVtc()) {
          Front front = new Front(port);
          props.add(front);
          port = front.port();
        }
        urls.add("http://127.0.0.1:" + port);
      }
      create(row, urls);
      if (row.isVtc()) {
        awaitHealthy(row);
      }
      run(row, scripts);
    } finally {
      send("DELETE", "/agents/" + row.agentName(), null);
      for (AutoCloseable prop : props) {
        prop.close();
      }
    }
  }

  private void create(FaultRow row, JsonArray urls) throws Exception {
    JsonObject manifest =
        new JsonObject()
            .put("name", row.agentName())
            .put("run", new JsonObject().put("url", urls))
            .put("health", new JsonObject().put("interval", "5s"))
            .put(
                "tools",
                new JsonArray()
                    .add(new JsonObject().put("name", "add"))
                    .add(new JsonObject().put("name", "look").put("read-only", true))
                    .add(new JsonObject().put("name", "set").put("idempotent", true)))
            .mergeIn(row.agent(), true);
    HttpResponse<String> created = send("POST", "/agents", manifest.encode());
    assertThat(created.statusCode()).as(created.body()).isBetween(200, 202);
  }

  private void awaitHealthy(FaultRow row) {
    Workspace.await(
        row.agentName() + " is healthy",
        PATIENCE,
        () -> {
          try {
            String path = "/agents/" + row.agentName() + "/replicas";
            return new JsonObject(send("GET", path, null).body())
                    .getJsonArray("replicas").stream()
                        .map(JsonObject.class::cast)
                        .filter(replica -> "healthy".equals(replica.getString("state")))
                        .count()
                == row.replicas();
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private void run(FaultRow row, List<Integer> scripts) throws Exception {
    Path log = workspace.folder().resolve(row.name() + ".log");
    ProcessBuilder script =
        new ProcessBuilder(row.isVtc() ? varnishtest(row, scripts) : python(row, scripts))
            .directory(workspace.folder().toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    script.environment().put("TMPDIR", workspace.folder().toString());
    Process running = script.start();
    int most = row.isLong() ? 300 : 60;
    boolean ended = running.waitFor(most, TimeUnit.SECONDS);
    running.descendants().forEach(ProcessHandle::destroyForcibly);
    running.destroyForcibly();
    assertThat(ended)
        .as("%s ends within %d s; %s\n%s", row.name(), most, row.promise(), Files.readString(log))
        .isTrue();
    assertThat(running.exitValue())
        .as("%s: %s\n%s", row.name(), row.promise(), Files.readString(log))
        .isZero();
  }

  private List<String> varnishtest(FaultRow row, List<Integer> scripts) {
    List<String> command = new ArrayList<>(List.of("varnishtest", "-t", "40"));
    macro(command, "gateway", "127.0.0.1 " + port());
    macro(command, "agent", row.agentName());
    macro(command, "call", "/agents/" + row.agentName() + "/execute");
    macro(command, "token", token);
    macro(command, "url", workspace.url());
    macro(command, "json", "Content-Type: application/json");
    for (String tool : List.of("add", "look", "set")) {
      macro(command, tool, "{\"tool_name\":\"" + tool + "\"}");
    }
    for (int i = 0; i < scripts.size(); i++) {
      macro(command, "at" + (i + 1), "127.0.0.1 " + scripts.get(i));
    }
    command.add(row.file().toString());
    return command;
  }

  private static void macro(List<String> command, String name, String value) {
    command.add("-D");
    command.add(name + "=" + value);
  }

  private List<String> python(FaultRow row, List<Integer> scripts) throws IOException {
    JsonObject given =
        new JsonObject()
            .put("gateway", port())
            .put("tls", tls)
            .put("pid", workspace.gatewayPid())
            .put("agent", row.agentName())
            .put("token", token)
            .put("ports", new JsonArray(scripts))
            .put("folder", workspace.folder().toString())
            .put("certificate", workspace.folder().resolve("cert.pem").toString());
    return List.of("python3", "-B", row.file().toString(), given.encode());
  }

  private int port() {
    return URI.create(workspace.url()).getPort();
  }

  private HttpResponse<String> send(
      String method, String path, @org.jspecify.annotations.Nullable String body) throws Exception {
    HttpRequest.BodyPublisher publisher =
        body == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(body);
    return http.send(
        HttpRequest.newBuilder(URI.create(url + "/api/v1" + path))
            .timeout(Duration.ofSeconds(20))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .method(method, publisher)
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** What holds for every row: no buffer leaked, nothing failed unexpectedly, no call is left. */
  private void assertUnharmed() throws Exception {
    String log = Files.readString(workspace.data().resolve("logs/gateway.log"));
    assertThat(log.lines().filter(Stage::isAlarm)).as("alarms in the gateway's log").isEmpty();
    Workspace.await(
        "no call is in flight",
        PATIENCE,
        () -> {
          try {
            return metrics()
                .lines()
                .filter(line -> line.startsWith("nexus_requests_in_flight{"))
                .allMatch(line -> line.endsWith(" 0.0"));
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private static boolean isAlarm(String line) {
    return line.contains("LEAK:") || line.contains("unexpectedly");
  }

  private String metrics() throws Exception {
    HttpRequest scrape =
        HttpRequest.newBuilder(URI.create(url + "/metrics"))
            .timeout(Duration.ofSeconds(10))
            .build();
    return http.send(scrape, HttpResponse.BodyHandlers.ofString()).body();
  }

  @Override
  public void close() throws Exception {
    try {
      assertUnharmed();
    } finally {
      workspace.close();
    }
  }
}
