package dev.nexusdelta.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whatever a gateway is given to keep to itself stands where the README says, and nowhere else: not
 * in what it prints, stores, answers or tells, whether calls are good or bad.
 */
@Timeout(150)
class CanaryIT {
  private static final String CALL =
      "{\"tool_name\":\"detect_language\",\"parameters\":{\"text\":\"text\"}}";
  private static final Set<String> KEEPERS = Set.of("admin.token", "secrets.json");
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final String[] TOLD = {
    "./nexus events",
    "./nexus describe textagent",
    "./nexus describe textagent -o json",
    "./nexus logs",
    "./nexus keys list",
    "./nexus keys list -o json",
    "./nexus secret list",
    "./nexus config show",
    "./nexus backup -",
    "./nexus export systemd",
    "./nexus export systemd --user",
  };
  private static final String[] ASKED = {
    "/metrics",
    "/openapi.json",
    "/",
    "/agents",
    "/agents/textagent/health",
    "/api/v1/cluster",
    "/api/v1/config",
    "/api/v1/keys",
    "/api/v1/calls",
    "/api/v1/backup",
    "/api/v1/agents",
    "/api/v1/agents/textagent",
    "/api/v1/agents/textagent/replicas",
    "/api/v1/agents/textagent/scaling",
    "/api/v1/agents/textagent/superseded",
  };

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  /** What must not be seen, by what it is. */
  private final Map<String, String> canaries = new LinkedHashMap<>();

  /** Places where one was seen all the same. */
  private final Set<String> leaks = new TreeSet<>();

  @Test
  void secretsAreSeenNowhere() throws Exception {
    try (Workspace workspace = Workspace.open()) {
      prepare(workspace);
      look("up", workspace.typeWell("./nexus up -d"));
      canaries.put(
          "admin token", Files.readString(workspace.data().resolve("admin.token")).strip());
      replicasHaveThem(workspace);

      // Made while the gateway runs: its answer is the one place where the key is.
      Workspace.Typed made = workspace.typeWell("./nexus keys create ci --scope invoke:TextAgent");
      String key = made.out().strip();
      // Its head, nxd_ID_, is no secret and may be seen.
      canaries.put("key", key.substring(key.indexOf('_', key.indexOf('_') + 1) + 1));
      look("keys create, beside the token", made.err());

      call(workspace, key);
      look("export compose", workspace.typeWell("./nexus export compose"));
      lookAtFiles(workspace.folder().resolve("compose"), name -> true);
      refuseLiterals(workspace);
      lookAtAll(workspace);
      ProcessHandle replaced = ProcessHandle.of(workspace.gatewayPid()).orElseThrow();
      look("up --replace", workspace.typeWell("./nexus up -d --replace"));
      call(workspace, key);
      lookAtAll(workspace);
      // It answers its callers to their end, and writes its log.
      Workspace.await("the replaced gateway's end", PATIENCE, () -> !replaced.isAlive());
      look("down", workspace.typeWell("./nexus down"));
      lookAtFiles(workspace.data(), name -> !KEEPERS.contains(name));
      assertThat(leaks).isEmpty();
    }
  }

  private void prepare(Workspace workspace) throws Exception {
    Random random = new Random(1);
    for (String what : List.of("secret", "variable", "file", "literal")) {
      canaries.put(what, "canary" + new BigInteger(128, random).toString(36));
    }
    workspace.addSample("textagent");
    Path file = Files.writeString(workspace.folder().resolve("given.txt"), canaries.get("file"));
    Path manifest = workspace.folder().resolve("agents/textagent/agent.yaml");
    Files.writeString(
        manifest,
        Files.readString(manifest)
            + "env: {API_TOKEN: \"${env:CANARY_GIVEN}\", DB_PASSWORD: \"${file:"
            + file
            + "}\"}\nsecrets: [OPENAI_API_KEY]\n");
    Path typed = Files.writeString(workspace.folder().resolve("typed.txt"), canaries.get("secret"));
    workspace.env("CANARY_GIVEN", canaries.get("variable"));
    look(
        "secret set", workspace.typeWell("./nexus secret set TextAgent OPENAI_API_KEY < " + typed));
  }

  /** Else it would be no wonder that they are seen nowhere. */
  private void replicasHaveThem(Workspace workspace) throws Exception {
    List<Long> pids = workspace.pids("textagent");
    assertThat(pids).isNotEmpty();
    for (long pid : pids) {
      assertThat(Files.readString(Path.of("/proc", String.valueOf(pid), "environ")).split("\0"))
          .contains(
              "OPENAI_API_KEY=" + canaries.get("secret"),
              "API_TOKEN=" + canaries.get("variable"),
              "DB_PASSWORD=" + canaries.get("file"));
    }
  }

  private void call(Workspace workspace, String key) throws Exception {
    String execute = "/agents/textagent/execute";
    String last = key.endsWith("0") ? "1" : "0";
    String wrong = key.substring(0, key.length() - 1) + last;
    String token = canaries.get("admin token");
    String unknown = "{\"tool_name\":\"nothing\",\"parameters\":{}}";
    String broken =
        "{\"tool_name\":\"detect_language\",\"parameters\":{\"text\":" + canaries.get("literal");
    assertThat(post(workspace, execute, CALL, bearer(key))).isEqualTo(200);
    assertThat(post(workspace, execute, CALL, bearer(wrong))).isEqualTo(401);
    assertThat(post(workspace, execute, CALL, bearer(""))).isEqualTo(401);
    assertThat(post(workspace, execute + "?key=" + key, CALL)).isEqualTo(401);
    assertThat(post(workspace, execute + "?access_token=" + key, CALL, bearer(wrong)))
        .isEqualTo(401);
    assertThat(post(workspace, execute, CALL, "X-Api-Key", key)).isEqualTo(401);
    assertThat(post(workspace, execute, CALL, "Authorization", "Basic " + key)).isEqualTo(401);
    assertThat(post(workspace, execute, CALL, "Authorization", key)).isEqualTo(401);
    assertThat(post(workspace, execute, unknown, bearer(key))).isBetween(400, 404);
    assertThat(post(workspace, execute, broken, bearer(key))).isEqualTo(400);
    assertThat(post(workspace, "/agents/nobody/execute?key=" + key, CALL, bearer(key)))
        .isBetween(400, 404);
    assertThat(post(workspace, execute, CALL, bearer(token))).isBetween(200, 403);
    assertThat(get(workspace, "/api/v1/agents", bearer(key)).statusCode()).isEqualTo(403);
    assertThat(get(workspace, "/api/v1/keys?key=" + key, bearer(key)).statusCode()).isEqualTo(403);
    assertThat(get(workspace, "/metrics?token=" + token).statusCode()).isEqualTo(401);
    assertThat(post(workspace, "/api/v1/keys", "{\"name\":\"" + key, bearer(token))).isEqualTo(400);
  }

  private void refuseLiterals(Workspace workspace) throws Exception {
    String manifest =
        "name: Leaky\nversion: 1.0.0\nrun: {command: sleep 60}\nenv: {API_KEY: %s}\n"
            .formatted(canaries.get("literal"));
    Path file = Files.writeString(workspace.folder().resolve("leaky.yaml"), manifest);
    Workspace.Typed refused = workspace.type("./nexus apply -f " + file);
    look("apply -f", refused);
    assertThat(refused.code()).as(refused.err()).isNotZero();
    assertThat(refused.err()).contains("API_KEY");

    String quoted = manifest.replace("API_KEY: ", "API_KEY: \"");
    Files.writeString(file, quoted);
    Workspace.Typed broken = workspace.type("./nexus apply -f " + file);
    look("apply -f of no YAML", broken);
    assertThat(broken.code()).as(broken.err()).isNotZero();

    JsonObject json =
        new JsonObject()
            .put("name", "Leaky")
            .put("version", "1.0.0")
            .put("run", new JsonObject().put("command", "sleep 60"))
            .put("env", new JsonObject().put("API_KEY", canaries.get("literal")));
    HttpResponse<String> answer = workspace.ask("PUT", "/agents/leaky", json);
    look("PUT of a literal", answer.headers().map() + answer.body());
    assertThat(answer.statusCode()).as(answer.body()).isBetween(400, 499);
    assertThat(answer.body()).contains("API_KEY");

    // Seen by the gateway that watches its folders, and at its next start.
    Path folder = Files.createDirectories(workspace.folder().resolve("agents/leaky"));
    Files.writeString(folder.resolve("agent.yaml"), manifest);
    look("apply of a folder", workspace.type("./nexus apply leaky"));
    look("export of a folder", workspace.type("./nexus export compose"));
    Path log = workspace.data().resolve("logs/gateway.log");
    Workspace.await(
        "the gateway to see the folder",
        Duration.ofSeconds(20),
        () -> {
          try {
            return Files.readString(log).contains("API_KEY");
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private void lookAtAll(Workspace workspace) throws Exception {
    for (String line : TOLD) {
      Workspace.Typed typed = workspace.typeWell(line);
      assertThat(typed.out()).as(line).isNotBlank();
      look(line, typed);
    }
    for (String path : ASKED) {
      HttpResponse<String> answer = get(workspace, path, bearer(canaries.get("admin token")));
      assertThat(answer.statusCode()).as(path + answer.body()).isEqualTo(200);
    }
    for (ProcessHandle process : workspace.processes()) {
      look("command line", read(Path.of("/proc", String.valueOf(process.pid()), "cmdline")));
    }
    assertThat(workspace.data().resolve("logs/gateway.log")).isNotEmptyFile();
    lookAtFiles(workspace.data(), name -> !KEEPERS.contains(name));
    for (String keeper : KEEPERS) {
      assertThat(Files.getPosixFilePermissions(workspace.data().resolve(keeper)))
          .as(keeper)
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }
  }

  private static String[] bearer(String token) {
    return new String[] {"Authorization", "Bearer " + token};
  }

  private int post(Workspace workspace, String path, String body, String... headers)
      throws Exception {
    return send(workspace, "POST", path, body, headers).statusCode();
  }

  private HttpResponse<String> get(Workspace workspace, String path, String... headers)
      throws Exception {
    return send(workspace, "GET", path, "", headers);
  }

  private HttpResponse<String> send(
      Workspace workspace, String method, String path, String body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(workspace.url() + path))
            .timeout(Duration.ofSeconds(20))
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    look(
        method + " " + path.replaceAll("\\?.*", "?…") + " " + answer.statusCode(),
        answer.headers().map() + answer.body());
    return answer;
  }

  private void look(String where, Workspace.Typed typed) {
    look(where, typed.out() + typed.err());
  }

  private void look(String where, String text) {
    canaries.forEach(
        (what, canary) -> {
          // The beginning is enough: nobody may see most of one, or one with another last byte.
          int at = text.indexOf(canary.substring(0, 16));
          if (at >= 0) {
            leaks.add(
                what + " in: " + where + ", after: " + text.substring(Math.max(0, at - 60), at));
          }
        });
  }

  private void lookAtFiles(Path root, Predicate<String> names) throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile()) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failure)
              throws IOException {
            // The gateway writes and deletes files meanwhile.
            if (failure instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw failure;
          }
        });
    assertThat(files).as("files in " + root).isNotEmpty();
    for (Path file : files) {
      if (names.test(root.relativize(file).toString())) {
        look("file " + root.relativize(file), read(file));
      }
    }
  }

  /** Byte by byte, so that stores are looked at as well; nothing if it has gone meanwhile. */
  private static String read(Path file) throws IOException {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException gone) {
      return "";
    }
  }
}
