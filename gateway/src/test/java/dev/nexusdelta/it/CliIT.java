package dev.nexusdelta.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.cli.shell.Waiting;
import dev.nexusdelta.sdk.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whole processes: launcher, gateway, agents. */
@Timeout(300)
class CliIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private Workspace workspace;

  @BeforeEach
  void open() throws IOException {
    workspace = Workspace.open();
  }

  @AfterEach
  void close() throws Exception {
    workspace.close();
  }

  @Test
  void runsInTheBackgroundUntilDown() throws Exception {
    workspace.typeWell("./nexus create --name A");
    Workspace.Typed up = workspace.typeWell("./nexus up -d");
    assertThat(up.out()).isEqualTo(workspace.url() + "\n");
    assertThat(up.err()).contains("A").contains("healthy").contains("curl -s");
    Workspace.Typed again = workspace.typeWell("./nexus up -d");
    assertThat(again.err()).contains("a gateway runs already");
    assertThat(workspace.typeWell("./nexus call A process_data data=[1,2,3]").out())
        .contains("\"mean\": 2.0");
    Workspace.Typed refused = workspace.type("./nexus call A process_data data=nothing");
    assertThat(refused.code()).isEqualTo(10);
    assertThat(refused.err()).contains("/data");
    assertThat(workspace.type("./nexus describe Nobody").code()).isEqualTo(3);
    assertThat(workspace.typeWell("./nexus describe A").out()).containsPattern("run.java +A.java");
    workspace.typeWell("./nexus scale A=2");
    assertThat(workspace.typeWell("./nexus top --once").out()).contains("MiB");
    workspace.typeWell("./nexus restart A");
    assertThat(workspace.typeWell("./nexus events").out()).contains("A");
    assertThat(workspace.typeWell("./nexus doctor").out()).contains("nothing is wrong");
    assertThat(workspace.typeWell("./nexus config show").out()).contains("NEXUS_LISTEN");
    workspace.typeWell("./nexus down");
    assertThat(workspace.type("./nexus list").code()).isEqualTo(7);
    assertThat(workspace.folder().resolve(".nexus/gateway.json")).doesNotExist();
  }

  @Test
  void waitsForTheToolsOfTheCallThatItSuggests() throws Exception {
    workspace.typeWell("./nexus create --name Late --command 'python3 late.py'");
    Files.writeString(
        workspace.folder().resolve("agents/late/late.py"),
        """
        import http.server, os, time

        class Late(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                tools = self.path == '/tools'
                if tools:
                    time.sleep(0.7)
                body = b'{"tools":[{"name":"count"}]}' if tools else b'{}'
                self.send_response(200)
                self.send_header('Content-Length', str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        http.server.ThreadingHTTPServer(
            (os.environ['HOST'], int(os.environ['PORT'])), Late).serve_forever()
        """);
    assertThat(workspace.typeWell("./nexus up -d").err())
        .containsPattern("Late +healthy .* count ")
        .contains("try:  curl -sS", "/agents/late/tools/count");
  }

  @Test
  void endsTheGatewayAloneOnSigterm() throws Exception {
    workspace.typeWell("./nexus create --name A");
    Process up = foreground();
    long pid = pidOfA();
    up.destroy();
    assertThat(up.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(ProcessHandle.of(pid)).isPresent();
    up = foreground();
    assertThat(pidOfA()).as("adopted, not restarted").isEqualTo(pid);
    up.destroyForcibly();
    assertThat(up.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(ProcessHandle.of(pid)).isPresent();
    Workspace.Typed down = workspace.typeWell("./nexus down");
    assertThat(down.out() + down.err()).contains("ended");
    assertGone(pid);
  }

  @Test
  void endsEverythingOnCtrlC() throws Exception {
    workspace.typeWell("./nexus create --name A");
    Process up = foreground();
    long pid = pidOfA();
    new ProcessBuilder("kill", "-INT", Long.toString(up.pid())).start().waitFor();
    assertThat(up.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(up.exitValue()).isZero();
    assertGone(pid);
  }

  @Test
  void servesWhatWasSavedAndKeepsServingWhatWasGood() throws Exception {
    workspace.typeWell("./nexus create --name A");
    Path err = workspace.folder().resolve("dev.err");
    Process dev = workspace.start("exec ./nexus dev A", workspace.folder().resolve("dev.out"), err);
    try {
      awaitText(err, "watching");
      Path code = workspace.folder().resolve("agents/a/A.java");
      String good = Files.readString(code);
      Files.writeString(code, good.replace("sum / data.size()", "42"));
      awaitAnswer("42");
      Files.writeString(code, good.replace("return new", "return nwe"));
      awaitText(err, "A.java:");
      assertThat(workspace.typeWell("./nexus call A process_data data=[1]").out()).contains("42");
      Files.writeString(code, good.replace("sum / data.size()", "43"));
      awaitAnswer("43");
    } finally {
      dev.destroyForcibly();
    }
  }

  @Test
  void applyTellsThatTheNewReleaseDoesNotRun() throws Exception {
    workspace.typeWell("./nexus create --name A");
    workspace.typeWell("./nexus start A");
    Path code = workspace.folder().resolve("agents/a/A.java");
    Files.writeString(code, Files.readString(code).replace("return new", "return nwe"));
    // Whether the gateway has seen the file before or not.
    for (int time = 1; time <= 2; time++) {
      Workspace.Typed applied = workspace.type("./nexus apply A");
      assertThat(applied.code()).as(applied.out() + applied.err()).isEqualTo(1);
      assertThat(applied.err()).contains("A: change failed").contains("A.java:");
    }
    assertThat(workspace.typeWell("./nexus call A process_data data=[1]").out()).contains("mean");
  }

  @Test
  void buildsAndRunsAMavenAgent() throws Exception {
    workspace.typeWell("./nexus create --name M --template maven");
    workspace.typeWell("mvn -B -q -f agents/m/pom.xml package");
    assertThat(workspace.folder().resolve("agents/m/target/surefire-reports"))
        .isNotEmptyDirectory();
    workspace.typeWell("./nexus start M");
    assertThat(workspace.typeWell("./nexus call M process_data data=[1,3]").out())
        .contains("\"mean\": 2.0");
  }

  @Test
  void givesSecretsToTheAgentAlone() throws Exception {
    workspace.typeWell(
        "./nexus create --name S --command" + " 'python3 -m http.server --bind ${HOST} ${PORT}'");
    Path manifest = workspace.folder().resolve("agents/s/agent.yaml");
    Files.writeString(manifest, Files.readString(manifest) + "secrets: [API_KEY]\n");
    // Typed at a terminal from which the output leads away, it would be shown there.
    Workspace.Typed away =
        workspace.type("script -qec './nexus secret set S API_KEY > away.txt' /dev/null");
    assertThat(away.code()).as(away.out()).isEqualTo(2);
    assertThat(away.out()).contains("would be shown").contains("try: ");
    workspace.typeWell("printf 'hush-hush' | ./nexus secret set S API_KEY");
    workspace.typeWell("./nexus start S");
    long pid =
        JsonValue.parse(workspace.typeWell("./nexus describe S -o json").out())
            .get("status", "replicas")
            .items()
            .get(0)
            .get("pid")
            .integer(0);
    assertThat(Files.readString(Path.of("/proc/" + pid + "/environ")))
        .contains("API_KEY=hush-hush")
        .doesNotContain("NEXUS_LISTEN");
    for (String line : new String[] {"describe S -o json", "logs S", "config show", "events"}) {
      assertThat(workspace.typeWell("./nexus " + line).out()).doesNotContain("hush");
    }
  }

  @Test
  void saysWhyAGatewayDoesNotStart() throws Exception {
    Workspace.Typed up = workspace.env("NEXUS_LISTEN", "0.0.0.0:80").type("./nexus up -d");
    assertThat(up.code()).isEqualTo(5);
    assertThat(up.err()).contains("loopback");
    workspace.env("NEXUS_LISTEN", "127.0.0.1:1").env("NEXUS_JAVA_OPTS", "-XX:NoSuchFlag");
    Workspace.Typed broken = workspace.type("./nexus up -d");
    assertThat(broken.code()).isEqualTo(1);
    assertThat(broken.err()).contains("NoSuchFlag").contains("try: ");
    workspace.env("NEXUS_JAVA_OPTS", "");
  }

  private Process foreground() throws Exception {
    Path err = workspace.folder().resolve("up.err");
    Files.deleteIfExists(err);
    Process up =
        workspace.start(
            "exec env --default-signal=INT ./nexus up", workspace.folder().resolve("up.out"), err);
    awaitText(err, "try:  curl");
    return up;
  }

  private long pidOfA() throws Exception {
    return JsonValue.parse(workspace.typeWell("./nexus describe A -o json").out())
        .get("status", "replicas")
        .items()
        .get(0)
        .get("pid")
        .integer(0);
  }

  /** An ended process stays in the table until the machine's first process has taken note. */
  private static void assertGone(long pid) {
    assertThat(
            Waiting.until(
                () -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty(),
                Duration.ofSeconds(10),
                Duration.ofMillis(20)))
        .as("process " + pid + " is gone")
        .isTrue();
  }

  private void awaitAnswer(String mean) {
    assertThat(
            Waiting.until(
                () -> {
                  try {
                    return workspace
                        .type("./nexus call A process_data data=[1]")
                        .out()
                        .contains("\"mean\": " + mean);
                  } catch (Exception e) {
                    throw new AssertionError(e);
                  }
                },
                PATIENCE,
                Duration.ofMillis(50)))
        .as("answers with " + mean)
        .isTrue();
  }

  private static void awaitText(Path file, String text) throws IOException {
    boolean there =
        Waiting.until(
            () -> {
              try {
                return Files.exists(file) && Files.readString(file).contains(text);
              } catch (IOException e) {
                return false;
              }
            },
            PATIENCE,
            Duration.ofMillis(50));
    assertThat(there).as(Files.readString(file)).isTrue();
  }
}
