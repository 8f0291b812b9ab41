package dev.nexusdelta.host.docker.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.host.TestAgents;
import dev.nexusdelta.host.code.Build;
import dev.nexusdelta.host.docker.NeedsEngine;
import dev.nexusdelta.manifest.Run;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real images on a real engine: made without any network, by what the project ships. */
@Tag("long")
@NeedsEngine
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AgentImagesIT {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
  private static final Path LAYOUT = ROOT.resolve("target/nexus");
  private static final int FEATURE = Runtime.version().feature();
  private static final long MEGABYTE = 1_000_000;

  private final String mine =
      "nexus-test-%06x".formatted(ThreadLocalRandom.current().nextInt(1 << 24));
  private final AgentImages images = new AgentImages(mine, System.getProperty("os.arch"));
  private final Docker docker = new Docker();
  private Optional<JavaBase> base = Optional.empty();
  @TempDir private Path folder;

  @AfterAll
  void removeAll() {
    docker.close();
  }

  @Test
  void theBaseIsSmallAndHarmless() throws Exception {
    JsonObject image = docker.inspect(base().id());
    JsonObject config = image.getJsonObject("Config");
    assertThat(image.getLong("Size")).isLessThan((FEATURE >= 25 ? 75 : 60) * MEGABYTE);
    assertThat(config.getString("User")).isEqualTo("65532:65532");
    assertThat(config.getJsonObject("Healthcheck").getJsonArray("Test").getString(0))
        .isEqualTo("CMD");
    assertThat(base().feature()).isEqualTo(FEATURE);
    assertThat(base().runtime()).isEqualTo(JavaBase.runtimeOf(LAYOUT));
    assertThat(base().modules()).contains("java.base", "jdk.httpserver", "java.net.http");
  }

  @Test
  void aJavaAgentRunsWithAlmostNoRights() throws Exception {
    Run.Java run = new Run.Java("Summer.java", List.of());
    Build build = build("Summer", "data.stream().mapToDouble(n -> n).sum()");
    ImagePlan plan = images.java(TestAgents.release("Summer", "r1", run), build, base());
    docker.build(plan);
    JsonObject labels =
        docker.inspect(plan.reference()).getJsonObject("Config").getJsonObject("Labels");
    assertThat(labels.getString("nexus.image")).isEqualTo("agent");
    assertThat(labels.getString("nexus.agent")).isEqualTo("Summer");
    String container = start(plan.reference(), "192m");
    assertThat(execute(container, "{\"tool_name\":\"sum\",\"parameters\":{\"data\":[1,2,3.5]}}"))
        .isEqualTo("{\"result\":6.5}");
    assertThat(
            docker.run(
                "exec",
                container,
                "/nexus/java/bin/java",
                "@/nexus/jvm.options",
                "@/nexus/probe.options"))
        .isEmpty();
  }

  @Test
  void moreModulesMakeABaseOfItsOwn() throws Exception {
    Build build = build("Dated", "new java.sql.Timestamp(data.size()).getTime()");
    Set<String> needed =
        new ModuleScan(Path.of(System.getProperty("java.home")), Duration.ofSeconds(60))
            .of(build.jars(), jars(), FEATURE);
    assertThat(needed).contains("java.sql");
    assertThat(base().covers(needed)).isFalse();
    ImagePlan plan = base().with(needed, mine + "-base", LAYOUT);
    docker.build(plan);
    JavaBase wider = baseOf(plan.reference());
    assertThat(wider.covers(needed)).isTrue();
    assertThat(wider.runtime()).isEqualTo(base().runtime());
    assertThat(wider.with(needed, mine + "-base", LAYOUT).reference()).isEqualTo(plan.reference());
  }

  @Test
  void thePythonAgentOfTheTemplateRunsOnTheCommandBase() throws Exception {
    Assumptions.assumeTrue(hasFastApi(), "no /usr/bin/python3 with FastAPI");
    String commandBase = mine + "-command:1";
    docker.atEnd("image", "rm", commandBase);
    localBases("--command", "--tag", commandBase);
    try (InputStream template =
        AgentImagesIT.class.getResourceAsStream("/dev/nexusdelta/cli/folder/python/agent.py")) {
      String text = new String(template.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      Path agent = Files.createDirectories(folder.resolve("py"));
      Files.writeString(
          agent.resolve("py_agent.py"), text.replace("@name@", "Py").replace("@key@", "py"));
      Run.Command run = new Run.Command("python3 py_agent.py");
      ImagePlan plan = images.command(TestAgents.release("Py", "r1", run), run, agent, commandBase);
      docker.build(plan);
      String container = start(plan.reference(), "512m");
      assertThat(
              execute(
                  container, "{\"tool_name\":\"process_data\",\"parameters\":{\"data\":[1,2,3]}}"))
          .contains("\"result\"");
    }
  }

  private static boolean hasFastApi() throws IOException, InterruptedException {
    Path python = Path.of("/usr/bin/python3");
    return Files.isExecutable(python)
        && new ProcessBuilder(python.toString(), "-c", "import fastapi, uvicorn")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor()
            == 0;
  }

  private synchronized JavaBase base() throws IOException, InterruptedException {
    if (base.isEmpty()) {
      String reference = mine + "-agent-base:1";
      docker.run("network", "create", mine);
      docker.atEnd("network", "rm", mine);
      if (docker.run("image", "ls", "--quiet", "nexus-local-jdk:" + FEATURE).isEmpty()) {
        docker.atEnd("image", "rm", "nexus-local-jdk:" + FEATURE);
      }
      docker.atEnd("image", "rm", reference);
      localBases("--jdk", System.getProperty("java.home"), "--tag", reference);
      base = Optional.of(baseOf(reference));
    }
    return base.get();
  }

  private JavaBase baseOf(String reference) throws IOException, InterruptedException {
    JsonObject image = docker.inspect(reference);
    Map<String, String> labels =
        image.getJsonObject("Config").getJsonObject("Labels").stream()
            .collect(Collectors.toMap(Map.Entry::getKey, label -> label.getValue().toString()));
    return JavaBase.of(image.getString("Id"), labels).orElseThrow();
  }

  private static void localBases(String... arguments) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of(ROOT.resolve("docker/local-bases").toString()));
    line.addAll(List.of(arguments));
    Docker.command(InputStream.nullInputStream(), line);
  }

  /** Hardened; returns the container's id. */
  private String start(String image, String memory) throws IOException, InterruptedException {
    base();
    String container =
        docker.run(
            "run",
            "--detach",
            "--network",
            mine,
            "--publish",
            "127.0.0.1::8080",
            "--read-only",
            "--tmpfs",
            "/tmp:size=64m,noexec,nosuid,nodev",
            "--cap-drop",
            "ALL",
            "--security-opt",
            "no-new-privileges",
            "--memory",
            memory,
            "--pids-limit",
            "256",
            "--env",
            "HOST=0.0.0.0",
            "--env",
            "PORT=8080",
            image);
    docker.atEnd("rm", "--force", container);
    awaitHealthy(container);
    return container;
  }

  private void awaitHealthy(String container) throws IOException, InterruptedException {
    String last = "";
    for (int attempt = 0; attempt < 600; attempt++) {
      try {
        HttpResponse<String> health = call(container, "/health", "GET", "");
        if (health.statusCode() == 200) {
          return;
        }
        last = health.body();
      } catch (IOException e) {
        last = e.toString();
      }
      new java.util.concurrent.CountDownLatch(1)
          .await(50, java.util.concurrent.TimeUnit.MILLISECONDS);
    }
    throw new AssertionError(last + ": " + docker.run("logs", container));
  }

  private String execute(String container, String body) throws IOException, InterruptedException {
    HttpResponse<String> answer = call(container, "/execute", "POST", body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  private HttpResponse<String> call(String container, String path, String method, String body)
      throws IOException, InterruptedException {
    String address = docker.run("port", container, "8080").lines().findFirst().orElseThrow();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + address + path))
            .timeout(Duration.ofSeconds(10))
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    // Not HTTP/2, whose upgrade of a plain connection uvicorn does not like.
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private Build build(String name, String expression) throws IOException {
    Path home = Files.createDirectories(folder.resolve(name));
    Path source =
        Files.writeString(
            home.resolve(name + ".java"),
            """
            import dev.nexusdelta.agent.*;
            @Agent(name = "%s")
            public final class %s {
              @Tool
              public double sum(@Param("numbers") java.util.List<Double> data) {
                return %s;
              }
            }
            """
                .formatted(name, name, expression));
    Path classes = Files.createDirectories(folder.resolve(name + "-classes"));
    String classPath =
        jars().stream().map(Path::toString).collect(Collectors.joining(java.io.File.pathSeparator));
    assertThat(
            ToolProvider.getSystemJavaCompiler()
                .run(
                    null,
                    null,
                    null,
                    "-proc:none",
                    "-parameters",
                    "-cp",
                    classPath,
                    "-d",
                    classes.toString(),
                    source.toString()))
        .isZero();
    Path jar = folder.resolve(name + ".jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry(name + ".class"));
      Files.copy(classes.resolve(name + ".class"), out);
      out.closeEntry();
    }
    return new Build(home, Optional.of(name), List.of(jar), FEATURE);
  }

  private static List<Path> jars() throws IOException {
    List<Path> jars = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(LAYOUT.resolve("agent"), "*.jar")) {
      all.forEach(jars::add);
    }
    return jars;
  }
}
