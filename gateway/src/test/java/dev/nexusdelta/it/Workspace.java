package dev.nexusdelta.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.cli.shell.Waiting;
import dev.nexusdelta.host.TestPorts;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * An empty folder in which somebody types {@code ./nexus …}, as a whole process, against a gateway
 * on free ports. Closing it ends every process that was started from it, by pid, and fails if a
 * command left one behind.
 */
public final class Workspace implements AutoCloseable {
  private static final Path HOME =
      Path.of(System.getProperty("nexus.home", "..")).toAbsolutePath().normalize();
  private static final Duration PATIENCE = Duration.ofSeconds(180);

  private final Path folder;
  private final Map<String, String> env = new HashMap<>();
  private int commands;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();

  /** What a typed line left. */
  public record Typed(int code, String out, String err) {}

  private Workspace(Path folder) {
    this.folder = folder;
    env.put("NEXUS_LISTEN", "127.0.0.1:" + freePort());
    env.put("NEXUS_PORTS", TestPorts.range(0));
    env.put("NEXUS_CLUSTER_PORT", "0");
    env.put("NEXUS_JAVA_HOME", System.getProperty("java.home"));
  }

  /** An empty one. */
  public static Workspace open() throws IOException {
    Path folder = Files.createTempDirectory("nexus-it");
    Files.createSymbolicLink(folder.resolve("nexus"), HOME.resolve("nexus"));
    return new Workspace(folder);
  }

  /** The root of the project. */
  public static Path home() {
    return HOME;
  }

  /** A port that was free a moment ago, and that no other process's tests take. */
  public static int freePort() {
    return TestPorts.free();
  }

  /** Where commands are typed. */
  public Path folder() {
    return folder;
  }

  /** Base URL of the gateway that commands here start. */
  public String url() {
    return "http://" + env.get("NEXUS_LISTEN");
  }

  /** Copies a sample agent of the project into {@code agents/}. */
  public void addSample(String key) throws IOException {
    Path from = HOME.resolve("agents").resolve(key);
    Path to = folder.resolve("agents").resolve(key);
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }

  /** Sets a variable for what is typed from now on. */
  public Workspace env(String name, String value) {
    env.put(name, value);
    return this;
  }

  /** Types a line into bash and waits for its end. */
  public Typed type(String line) throws Exception {
    Path out = folder.resolve("." + ++commands + ".out");
    Path err = folder.resolve("." + commands + ".err");
    Process process = start(line, out, err);
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      throw new AssertionError(
          "'" + line + "' does not end\n" + Files.readString(out) + Files.readString(err));
    }
    return new Typed(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  /** Types a line and fails, with all that was printed, unless it ends with exit code 0. */
  public Typed typeWell(String line) throws Exception {
    Typed typed = type(line);
    assertThat(typed.code())
        .as("exit code of '%s'; out:%n%s%nerr:%n%s%n%s", line, typed.out(), typed.err(), log())
        .isZero();
    return typed;
  }

  /**
   * Types a line at a terminal, and {@code answer} once {@code question} is asked there; fails
   * unless it ends with exit code 0.
   *
   * @return all that the terminal shows
   */
  public String typeAtTerminal(String line, String question, String answer) throws Exception {
    Path seen = folder.resolve("." + ++commands + ".seen");
    Path script = Files.writeString(folder.resolve("." + commands + ".sh"), line);
    Process process =
        process("script", "-qefc", "bash -euo pipefail " + script, "/dev/null")
            .redirectErrorStream(true)
            .redirectOutput(seen.toFile())
            .start();
    try (Writer keyboard = process.outputWriter()) {
      await("the question " + question, PATIENCE, () -> asks(process, seen, question));
      keyboard.write(answer + "\n");
      keyboard.flush();
      boolean ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(ended ? process.exitValue() : -1).as(Files.readString(seen)).isZero();
    }
    return Files.readString(seen);
  }

  private static boolean asks(Process process, Path seen, String question) {
    try {
      String text = Files.readString(seen);
      assertThat(process.isAlive()).as(text).isTrue();
      return text.contains(question);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a line that goes on; its streams go to these files. */
  public Process start(String line, Path out, Path err) throws IOException {
    return process("bash", "-euo", "pipefail", "-c", line)
        .redirectInput(new File("/dev/null"))
        .redirectOutput(out.toFile())
        .redirectError(err.toFile())
        .start();
  }

  private ProcessBuilder process(String... command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(folder.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("NEXUS_"));
    builder.environment().putAll(env);
    return builder;
  }

  private String log() throws IOException {
    Path log = data().resolve("logs/gateway.log");
    return Files.exists(log) ? "gateway.log:\n" + Files.readString(log) : "";
  }

  /** Calls a tool through the gateway. */
  public HttpResponse<String> call(String agent, String body) throws Exception {
    return http.send(toCall(agent, body).build(), HttpResponse.BodyHandlers.ofString());
  }

  /** Calls a tool through the gateway, with a key. */
  public HttpResponse<String> call(String agent, String body, String token) throws Exception {
    return http.send(
        toCall(agent, body).header("Authorization", "Bearer " + token).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder toCall(String agent, String body) {
    return HttpRequest.newBuilder(URI.create(url() + "/agents/" + agent + "/execute"))
        .timeout(Duration.ofSeconds(35))
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  /** Asks the admin API. */
  public JsonObject admin(String path) throws Exception {
    return admin("GET", path, HttpRequest.BodyPublishers.noBody());
  }

  /** Changes something by the admin API. */
  public JsonObject patch(String path, JsonObject change) throws Exception {
    return admin("PATCH", path, HttpRequest.BodyPublishers.ofString(change.encode()));
  }

  private JsonObject admin(String method, String path, HttpRequest.BodyPublisher body)
      throws Exception {
    HttpResponse<String> answer = ask(method, path, body);
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
    return new JsonObject(answer.body());
  }

  /** Asks the admin API for what may be refused. */
  public HttpResponse<String> ask(String method, String path, JsonObject body) throws Exception {
    return ask(method, path, HttpRequest.BodyPublishers.ofString(body.encode()));
  }

  private HttpResponse<String> ask(String method, String path, HttpRequest.BodyPublisher body)
      throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(url() + "/api/v1" + path))
            .timeout(Duration.ofSeconds(10))
            .header("Authorization", "Bearer " + token())
            .header("Content-Type", "application/json")
            .method(method, body)
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private String token() throws IOException {
    return Files.readString(data().resolve("admin.token")).strip();
  }

  /** Pids of an agent's healthy replicas, sorted. */
  public List<Long> pids(String agent) throws Exception {
    JsonArray replicas = admin("/agents/" + agent + "/replicas").getJsonArray("replicas");
    return replicas.stream()
        .map(JsonObject.class::cast)
        .filter(replica -> "healthy".equals(replica.getString("state")))
        .map(replica -> replica.getLong("pid"))
        .sorted()
        .toList();
  }

  /** Pid of the gateway that runs here. */
  public long gatewayPid() throws IOException {
    return new JsonObject(Files.readString(data().resolve("gateway.json"))).getLong("pid");
  }

  /** The gateway's data folder. */
  public Path data() {
    return folder.resolve(".nexus");
  }

  /** Waits until {@code condition} holds; fails after {@code atMost}. */
  public static void await(String what, Duration atMost, BooleanSupplier condition) {
    assertThat(Waiting.until(condition, atMost, Duration.ofMillis(20)))
        .as("waited %s for: %s", atMost, what)
        .isTrue();
  }

  /** Processes whose working folder, environment or command line names this workspace. */
  public List<ProcessHandle> processes() {
    return ProcessHandle.allProcesses()
        .filter(ProcessHandle::isAlive)
        .filter(this::isOurs)
        .toList();
  }

  private boolean isOurs(ProcessHandle process) {
    Path proc = Path.of("/proc", String.valueOf(process.pid()));
    try {
      return Files.readString(proc.resolve("cmdline")).contains(folder.toString())
          || Files.readString(proc.resolve("environ")).contains(folder.toString())
          || proc.resolve("cwd").toRealPath().startsWith(folder);
    } catch (IOException | UncheckedIOException e) {
      return false;
    }
  }

  @Override
  public void close() throws Exception {
    List<ProcessHandle> left;
    List<String> lines;
    try {
      type("./nexus down");
    } finally {
      left = processes();
      lines = left.stream().map(each -> each.info().commandLine().orElse("?")).toList();
      left.forEach(ProcessHandle::destroyForcibly);
      for (ProcessHandle process : left) {
        process.onExit().get(10, TimeUnit.SECONDS);
      }
      delete(folder);
    }
    assertThat(left).as("processes left after nexus down: %s", lines).isEmpty();
  }

  private static void delete(Path root) throws IOException {
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path dir, java.io.IOException failure)
              throws IOException {
            Files.deleteIfExists(dir);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
