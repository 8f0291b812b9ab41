package dev.nexusdelta.host.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.host.code.JavaHome;
import dev.nexusdelta.host.code.JvmFlags;
import dev.nexusdelta.manifest.Manifest;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class CommandLineTest {
  private static final Manifest.Resources NONE =
      new Manifest.Resources(OptionalLong.empty(), OptionalDouble.empty());
  private static final JavaHome JAVA_17 = new JavaHome(Path.of("/jdk"), 17, "17.0.1");
  private static final JavaHome JAVA_25 = new JavaHome(Path.of("/jdk"), 25, "25");

  @Test
  void aJavaAgentRunsWithTheRuntimesJarsFirst() {
    List<String> command =
        CommandLine.java(
            JAVA_17,
            NONE,
            Optional.empty(),
            List.of(Path.of("/n/runtime.jar"), Path.of("/n/json.jar")),
            List.of(Path.of("/b/agent.jar"), Path.of("/b/lib/x.jar")),
            "MyAgent");

    assertThat(command).startsWith("/jdk/bin/java");
    assertThat(command)
        .endsWith(
            "-cp",
            "/n/runtime.jar:/n/json.jar:/b/agent.jar:/b/lib/x.jar",
            "dev.nexusdelta.agent.Launch",
            "MyAgent");
  }

  @Test
  void theHeapIs60PercentOfTheMemoryOr64Mebibytes() {
    Manifest.Resources half =
        new Manifest.Resources(OptionalLong.of(256L << 20), OptionalDouble.of(0.5));
    Manifest.Resources tiny = new Manifest.Resources(OptionalLong.of(1), OptionalDouble.of(2.5));

    assertThat(JvmFlags.of(JAVA_17, NONE, Optional.empty()))
        .contains("-Xmx65536k")
        .noneMatch(flag -> flag.contains("ActiveProcessorCount"));
    assertThat(JvmFlags.of(JAVA_17, half, Optional.empty()))
        .contains("-Xmx157286k", "-XX:ActiveProcessorCount=1");
    assertThat(JvmFlags.of(JAVA_17, tiny, Optional.empty()))
        .contains("-Xmx16384k", "-XX:ActiveProcessorCount=3");
  }

  @Test
  void theArchiveIsNamedAsTheJdkWantsIt() {
    Path archive = Path.of("/c/a");

    assertThat(JvmFlags.of(JAVA_17, NONE, Optional.of(archive)))
        .contains("-XX:SharedArchiveFile=/c/a");
    assertThat(JvmFlags.of(JAVA_25, NONE, Optional.of(archive))).contains("-XX:AOTCache=/c/a");
    assertThat(JvmFlags.forTraining(JAVA_17, archive)).contains("-XX:ArchiveClassesAtExit=/c/a");
    assertThat(JvmFlags.forTraining(JAVA_25, archive)).contains("-XX:AOTCacheOutput=/c/a");
    assertThat(JvmFlags.archiveEnding(JAVA_25)).isEqualTo(".aot");
  }
}
