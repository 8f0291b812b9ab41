package dev.nexusdelta.host.process;

import static dev.nexusdelta.host.ReplicaHostTck.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.host.BuildFailedException;
import dev.nexusdelta.host.EventLogbook;
import dev.nexusdelta.host.Http;
import dev.nexusdelta.host.ObservedReplica;
import dev.nexusdelta.host.TestAgents;
import dev.nexusdelta.manifest.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Java agents from source to answer, with the real runtime. */
@Timeout(value = 90, unit = TimeUnit.SECONDS)
final class JavaAgentIT {
  private static final String GREETER =
      """
      import dev.nexusdelta.agent.*;

      @Agent(description = "greets")
      public class Greeter {
        record Greeting(String text) {}

        @Tool(description = "greets somebody")
        public Greeting greet(String name) {
          return new Greeting("%s " + name);
        }
      }
      """;

  @TempDir Path root;
  private HostFixture fixture;
  private ProcessHost host;
  private final EventLogbook book = new EventLogbook();

  @BeforeEach
  void open() {
    fixture = new HostFixture(root);
    fixture.agentRuntime = HostFixture.layout().resolve("agent");
    host = fixture.newHost();
    get(host.open(book));
  }

  @AfterEach
  void close() throws IOException {
    get(host.close(true));
    fixture.close();
  }

  @Test
  void compilesAndRunsOneFile() throws Exception {
    write("Greeter.java", GREETER.formatted("hello"));
    ObservedReplica replica = start(java("r1", "Greeter.java"));

    assertThat(Http.await(replica.port(), "/health")).isNotNull();
    assertThat(Http.get(replica.port(), "/tools")).contains("\"greet\"").contains("\"name\"");
  }

  @Test
  void tellsFileLineAndColumnOfEveryError() throws Exception {
    write("Greeter.java", "public class Greeter {\n  int a = \"x\";\n  Missing b;\n}\n");

    BuildFailedException failure = prepareFails(java("r1", "Greeter.java"));

    assertThat(failure.diagnostics())
        .extracting(BuildFailedException.Diagnostic::file)
        .containsOnly("Greeter.java");
    assertThat(failure.diagnostics())
        .extracting(BuildFailedException.Diagnostic::line)
        .containsExactlyInAnyOrder(2, 3);
    assertThat(failure.diagnostics()).allMatch(d -> d.column() > 0);
    assertThat(failure).hasMessageContaining("Greeter.java:").hasMessageContaining("1 more");
  }

  @Test
  void aReleaseStaysStartableAfterItsSourceHasChanged() throws Exception {
    write("Greeter.java", GREETER.formatted("hello"));
    Release good = java("r1", "Greeter.java");
    get(host.prepare(good, folder()));
    write("Greeter.java", "broken");
    prepareFails(java("r2", "Greeter.java"));

    ObservedReplica replica = start(good);

    assertThat(Http.await(replica.port(), "/tools")).contains("greet");
  }

  @Test
  void usesLibrariesOfTheFolderAndRunsJars() throws Exception {
    write("Words.java", "package words; public class Words { public static String hi = \"hi\"; }");
    get(host.prepare(java("lib", "Words.java"), folder()));
    Path lib = Files.createDirectories(folder().resolve("lib"));
    Files.copy(built("lib"), lib.resolve("words.jar"));
    write("Greeter.java", GREETER.replace("\"%s \"", "words.Words.hi"));
    Release source =
        TestAgents.release(
            "Greeter", "r1", new Run.Java("Greeter.java", List.of("lib/*.jar", "none/*.jar")));
    ObservedReplica fromSource = start(source);
    assertThat(Http.await(fromSource.port(), "/tools")).contains("greet");

    Files.copy(built("r1"), folder().resolve("greeter.jar"));
    ObservedReplica fromJar =
        start(
            TestAgents.release(
                "Greeter", "r2", new Run.Java("greeter.jar", List.of("lib/words.jar"))));
    assertThat(Http.await(fromJar.port(), "/tools")).contains("greet");
  }

  @Test
  void saysWhatIsMissing() throws Exception {
    assertThat(prepareFails(java("r1", "Nowhere.java"))).hasMessageContaining("Nowhere.java");
    assertThat(prepareFails(TestAgents.release("Greeter", "r2", new Run.Image("some/image", 80))))
        .hasMessageContaining("'image'")
        .hasMessageContaining("run.url");
    write("A.java", "class A {}");
    assertThat(
            prepareFails(
                TestAgents.release(
                    "Greeter", "r3", new Run.Java("A.java", List.of("lib/gone.jar")))))
        .hasMessageContaining("lib/gone.jar");
  }

  @Test
  void keepsTheNewestFiveBuildsAndThoseInUse() throws Exception {
    write("Greeter.java", GREETER.formatted("hello"));
    ObservedReplica first = start(java("r0", "Greeter.java"));
    for (int i = 1; i <= 8; i++) {
      get(host.prepare(java("r" + i, "Greeter.java"), folder()));
    }
    // Old ones are deleted after the answer; the next question to the host's files waits for that.
    Path builds = fixture.data.resolve("builds/greeter");
    HostFixture.await(() -> count(builds) == 6);

    assertThat(builds.resolve("r8")).exists();
    assertThat(builds.resolve(first.release())).exists();
  }

  @Test
  void sharesOneClassArchive() throws Exception {
    write("Greeter.java", GREETER.formatted("hello"));
    HostFixture.await(
        () -> {
          try (Stream<Path> files = Files.list(fixture.data.resolve("cache"))) {
            return files.anyMatch(f -> f.toString().matches(".*\\.(jsa|aot)"));
          }
        });

    ObservedReplica replica = start(java("r1", "Greeter.java"));

    assertThat(Http.await(replica.port(), "/health")).isNotNull();
    String maps = Files.readString(Path.of("/proc/" + replica.pid().getAsLong() + "/cmdline"));
    assertThat(maps).containsAnyOf("SharedArchiveFile", "AOTCache");
  }

  private static int count(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return (int) files.count();
    }
  }

  private ObservedReplica start(Release release) {
    get(host.prepare(release, folder()));
    int mark = book.mark();
    get(host.apply(release, 1, List.of()));
    return book.awaitStarted(mark, List.of());
  }

  private BuildFailedException prepareFails(Release release) {
    BuildFailedException failure =
        catchThrowableOfType(
            BuildFailedException.class, () -> get(host.prepare(release, folder())));
    assertThat(failure).isNotNull();
    return failure;
  }

  private Path built(String release) {
    return fixture.data.resolve("builds/greeter").resolve(release).resolve("agent.jar");
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder().resolve(name), text);
  }

  private Path folder() {
    return fixture.folder("greeter");
  }

  private static Release java(String id, String file) {
    return TestAgents.release("Greeter", id, new Run.Java(file, List.of()));
  }
}
