package dev.nexusdelta.host.docker.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.host.BuildFailedException;
import dev.nexusdelta.host.TestAgents;
import dev.nexusdelta.host.code.Build;
import dev.nexusdelta.manifest.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AgentImagesTest {
  private static final JavaBase BASE =
      new JavaBase("sha256:base", 17, Set.of("java.base"), "run", "jdk:17");
  private static final Run.Java JAVA = new Run.Java("MyAgent.java", List.of("lib/*.jar"));

  private final AgentImages images = new AgentImages("nexus", "amd64");
  @TempDir private Path folder;
  @TempDir private Path builds;
  private Build build;

  @BeforeEach
  void buildAnAgent() throws IOException {
    write("MyAgent.java", "class MyAgent {}");
    write("agent.yaml", "name: MyAgent");
    write("words.txt", "a b c");
    write(".env", "SECRET=1");
    write("lib/csv.jar", "");
    write("target/old.txt", "");
    Path own = jar("agent.jar", "MyAgent.class");
    Path library = jar("csv.jar", "org/sqlite/native/Linux/x86_64/libsqlitejdbc.so");
    build = new Build(folder, Optional.of("MyAgent"), List.of(own, library), 17);
  }

  @Test
  void aJavaAgentIsItsJarsItsNativeLibrariesAndItsData() throws Exception {
    ImagePlan plan = images.java(release(JAVA), build, BASE);
    assertThat(plan.context().names())
        .containsExactly(
            "Dockerfile", "agent.jar", "files/words.txt", "lib/csv.jar", "native/libsqlitejdbc.so");
    assertThat(dockerfile(plan))
        .isEqualTo(
            """
            FROM sha256:base
            COPY lib/ /agent/lib/
            COPY native/ /agent/native/
            COPY files/ /agent/
            COPY agent.jar /agent/agent.jar
            ENTRYPOINT ["/nexus/java/bin/java","@/nexus/jvm.options","-Xmx65536k","-XX:MaxMetaspaceSize=65536k",\
            "-Djava.library.path=/agent/native:/agent","-Dorg.sqlite.lib.path=/agent/native",\
            "-cp","/nexus/runtime.jar:/agent/agent.jar:/agent/lib/csv.jar","dev.nexusdelta.agent.Launch","MyAgent"]
            """);
    assertThat(plan.reference()).matches("nexus-agent-myagent:[0-9a-f]{12}");
    assertThat(plan.labels())
        .containsEntry("nexus.image", "agent")
        .containsEntry("nexus.agent", "MyAgent")
        .containsEntry("nexus.version", "1.0.0")
        .containsEntry("nexus.modules", "java.base");
  }

  @Test
  void theNameFollowsTheContentAlone() throws Exception {
    String first = images.java(release(JAVA), build, BASE).reference();
    Files.setLastModifiedTime(folder.resolve("words.txt"), FileTime.fromMillis(0));
    write(".env", "SECRET=2");
    assertThat(images.java(release(JAVA), build, BASE).reference()).isEqualTo(first);
    write("words.txt", "d");
    assertThat(images.java(release(JAVA), build, BASE).reference()).isNotEqualTo(first);
  }

  @Test
  void whatWasSentTellsWhetherItIsWhatWasPlanned() throws Exception {
    ImagePlan plan = images.java(release(JAVA), build, BASE);
    assertThat(plan.reference()).isEqualTo(plan.repository() + ":" + plan.tag());
    assertThat(sent(plan)).isEqualTo(plan.tag());
    write("words.txt", "x y z");
    assertThat(sent(plan)).isNotEmpty().isNotEqualTo(plan.tag());
  }

  private static String sent(ImagePlan plan) throws IOException {
    try (BuildContext.Sending sending = plan.context().open()) {
      assertThat(sending.hash()).isEmpty();
      sending.readAllBytes();
      return sending.hash();
    }
  }

  @Test
  void anotherBaseIsAnotherImage() throws Exception {
    JavaBase other = new JavaBase("sha256:other", 17, Set.of("java.base"), "run", "jdk:17");
    assertThat(images.java(release(JAVA), build, other).reference())
        .isNotEqualTo(images.java(release(JAVA), build, BASE).reference());
  }

  @Test
  void codeOfANewerJdkIsRefusedWithAdvice() {
    Build newer = new Build(folder, build.mainClass(), build.jars(), 25);
    assertThatThrownBy(() -> images.java(release(JAVA), newer, BASE))
        .isInstanceOf(BuildFailedException.class)
        .hasMessageContaining("compiled for JDK 25, and the base image runs JDK 17")
        .hasMessageContaining("docker/local-bases");
  }

  @Test
  void aCommandIsItsFolderOnTheCommandBase() throws Exception {
    Run.Command run = new Run.Command("python3 my.py --port ${PORT}");
    ImagePlan plan = images.command(release(run), run, folder, "debian:stable-slim");
    assertThat(plan.context().names()).contains("files/words.txt").doesNotContain("files/.env");
    assertThat(dockerfile(plan))
        .isEqualTo(
            """
            FROM debian:stable-slim
            WORKDIR /agent
            COPY files/ /agent/
            USER 65532:65532
            ENTRYPOINT ["/bin/sh","-c","exec python3 my.py --port ${PORT}"]
            """);
  }

  @Test
  void whatHoldsSecretsByItsNameIsNotPacked() throws Exception {
    for (String name : List.of("tls/server.pem", "api.KEY", "id_rsa", "id_ed25519", "store.p12")) {
      write(name, "x");
    }
    write("tls/notes.txt", "x");
    Run.Command run = new Run.Command("./serve");
    assertThat(images.command(release(run), run, folder, "debian").context().names())
        .containsExactly(
            "Dockerfile",
            "files/MyAgent.java",
            "files/lib/csv.jar",
            "files/tls/notes.txt",
            "files/words.txt");
    assertThat(images.java(release(JAVA), build, BASE).context().names())
        .contains("files/tls/notes.txt")
        .doesNotContain("files/tls/server.pem", "files/api.KEY", "files/id_rsa");
  }

  @Test
  void itsOwnDockerfileGetsWhatDockerBuildWouldSend() throws Exception {
    write("Dockerfile", "FROM scratch\n");
    write(".config/app.ini", "x");
    write("run.log", "x");
    Run.Command run = new Run.Command("./serve");
    ImagePlan all = images.command(release(run), run, folder, "x");
    assertThat(all.context().names())
        .contains("Dockerfile", "agent.yaml", ".env", ".config/app.ini", "run.log");

    write(".dockerignore", "*\n!words.txt\n!.config\n");
    ImagePlan some = images.command(release(run), run, folder, "x");
    assertThat(some.context().names())
        .containsExactly(".config/app.ini", ".dockerignore", "Dockerfile", "words.txt");
    assertThat(some.reference()).isNotEqualTo(all.reference());

    write(".dockerignore", "[z-a]\n");
    assertThatThrownBy(() -> images.command(release(run), run, folder, "x"))
        .isInstanceOf(BuildFailedException.class)
        .hasMessageContaining(".dockerignore: '[z-a]'");
  }

  @Test
  void aCommandWithItsOwnDockerfileIsBuiltByIt() throws Exception {
    write("Dockerfile", "FROM scratch\n");
    Run.Command run = new Run.Command("./serve");
    ImagePlan plan = images.command(release(run), run, folder, "debian:stable-slim");
    assertThat(dockerfile(plan)).isEqualTo("FROM scratch\n");
    assertThat(plan.context().names()).contains("target/old.txt", "words.txt");
    assertThat(plan.entrypoint()).containsExactly("/bin/sh", "-c", "exec ./serve");
    Run.Command other = new Run.Command("./serve -v");
    assertThat(images.command(release(other), other, folder, "x").reference())
        .isNotEqualTo(plan.reference());
  }

  private static Release release(Run run) {
    return TestAgents.release("MyAgent", "r1", run);
  }

  private String dockerfile(ImagePlan plan) throws Exception {
    Path out = Files.createTempDirectory(builds, "out");
    TarStreamTest.unpack(plan.context().open(), out);
    return Files.readString(out.resolve("Dockerfile"));
  }

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private Path jar(String name, String entry) throws IOException {
    Path jar = builds.resolve(name);
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new ZipEntry(entry));
      out.write(1);
      out.closeEntry();
    }
    return jar;
  }
}
