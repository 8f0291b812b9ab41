package dev.nexusdelta.host.code;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.host.code.compiler.CompileAnswer;
import dev.nexusdelta.host.code.compiler.CompileServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The compiler's child process: warm, mortal, never left behind. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class CompilerIT {
  @TempDir Path root;
  private long now;
  private Compiler compiler;

  @BeforeEach
  void open() throws IOException {
    compiler =
        new Compiler(
            JavaHome.of(Path.of(System.getProperty("java.home"))),
            2,
            root.resolve("log"),
            () -> now);
  }

  @AfterEach
  void close() {
    compiler.close();
    assertThat(children()).isEmpty();
  }

  @Test
  void writesAJarThatNamesItsMainClass() throws Exception {
    CompileAnswer answer = compile("package p; public class A { record R(int x) {} }");

    assertThat(answer).isEqualTo(new CompileAnswer(answer.id(), "p.A", List.of(), ""));
    try (JarFile jar = new JarFile(root.resolve("a.jar").toFile())) {
      assertThat(jar.getManifest().getMainAttributes().getValue("Main-Class")).isEqualTo("p.A");
      assertThat(jar.getEntry("p/A$R.class")).isNotNull();
    }
  }

  @Test
  void theSameChildServesAgain() throws Exception {
    compile("public class A {}");
    List<ProcessHandle> first = children();
    compile("public class A {}");

    assertThat(first).hasSize(1);
    assertThat(children()).isEqualTo(first);
  }

  @Test
  void aChildThatHasDiedIsReplaced() throws Exception {
    compile("public class A {}");
    ProcessHandle child = children().get(0);
    child.destroyForcibly();
    child.onExit().get(10, TimeUnit.SECONDS);

    assertThat(compile("public class A {}").mainClass()).isEqualTo("A");
  }

  @Test
  void anIdleChildIsEndedAndABusyTimeKeepsIt() throws Exception {
    compile("public class A {}");
    now = 59;
    compiler.endIfIdle(60);
    assertThat(children()).hasSize(1);
    now = 60;
    compiler.endIfIdle(60);
    assertThat(children()).isEmpty();

    assertThat(compile("public class A {}").mainClass()).isEqualTo("A");
  }

  @Test
  void faultsComeAllAtOnceWithTheirPlaces() throws Exception {
    CompileAnswer answer =
        compile("public class A {\n  int a = \"x\";\n  String b = 1;\n  Gone c;\n}");

    assertThat(answer.faults()).extracting(CompileAnswer.Fault::line).contains(2, 3, 4);
    assertThat(answer.faults()).allMatch(f -> f.column() > 0 && !f.message().isEmpty());
    assertThat(answer.mainClass()).isEmpty();
  }

  @Test
  void aSourceNestedTooDeeplyIsAFailureNotTheEnd() throws Exception {
    CompileAnswer answer =
        compile(
            "public class A { int x = " + "(".repeat(50_000) + "1" + ")".repeat(50_000) + "; }");

    assertThat(answer.mainClass()).isEmpty();
    assertThat(compile("public class A {}").mainClass()).isEqualTo("A");
  }

  @Test
  void anOlderJavaGetsItsOwnClassFilesAndApi() throws Exception {
    assertThat(compile("public class A { String a = \"\".strip(); }", 11).mainClass())
        .isEqualTo("A");
    try (JarFile jar = new JarFile(root.resolve("a.jar").toFile())) {
      byte[] head = jar.getInputStream(jar.getEntry("A.class")).readNBytes(8);
      assertThat(head[7]).isEqualTo((byte) 55);
    }
    assertThat(compile("public class A { String a = \"\".formatted(); }", 11).faults()).hasSize(1);
    assertThat(compile("public class A { String a = \"\".formatted(); }").faults()).isEmpty();
  }

  private CompileAnswer compile(String source) throws IOException, InterruptedException {
    return compile(source, Runtime.version().feature());
  }

  private CompileAnswer compile(String source, int feature)
      throws IOException, InterruptedException {
    Path file = Files.writeString(root.resolve("A.java"), source);
    return compiler.compile(file, List.of(), 0, root.resolve("a.jar"), feature);
  }

  private static List<ProcessHandle> children() {
    return ProcessHandle.current()
        .children()
        .filter(
            c ->
                c.info()
                    .commandLine()
                    .filter(line -> line.contains(CompileServer.class.getName()))
                    .isPresent())
        .toList();
  }
}
