package dev.nexusdelta.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GatewayCommandTest {
  private static List<String> line(int feature) {
    return new GatewayCommand(
            Path.of("/jdk"), feature, Path.of("/l"), "a.jar:b.jar", Optional.empty())
        .line(Map.of("data", "d"), List.of("-Xmx1g"));
  }

  @Test
  void givesEachJdkOnlyFlagsThatItKnows() {
    assertThat(line(17))
        .noneMatch(flag -> flag.contains("unsafe") || flag.contains("native-access"));
    assertThat(line(25))
        .contains("--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED");
  }

  @Test
  void putsFlagsBehindTheMainClass() {
    List<String> line = line(17);
    assertThat(line.get(0)).isEqualTo("/jdk/bin/java");
    assertThat(line.indexOf("-Xmx1g")).isGreaterThan(line.indexOf("-Xmx384m"));
    assertThat(line.subList(line.size() - 5, line.size()))
        .containsExactly("-cp", "a.jar:b.jar", "dev.nexusdelta.app.GatewayMain", "--data", "d");
    assertThat(GatewayCommand.isGateway(String.join("\0", line))).isTrue();
  }

  @Test
  void usesAndMakesTheArchiveThatTheJdkKnows() {
    Path file = Path.of("/l/x.archive");
    GatewayCommand old =
        new GatewayCommand(Path.of("/jdk"), 17, Path.of("/l"), "a.jar", Optional.of(file));
    GatewayCommand young =
        new GatewayCommand(Path.of("/jdk"), 25, Path.of("/l"), "a.jar", Optional.of(file));
    assertThat(old.line(Map.of(), List.of())).contains("-XX:SharedArchiveFile=/l/x.archive");
    assertThat(young.line(Map.of(), List.of())).contains("-XX:AOTCache=/l/x.archive");
    assertThat(young.rehearsal(Path.of("/o")))
        .contains("-XX:AOTCacheOutput=/o", "dev.nexusdelta.app.GatewayRehearsal");
  }

  @Test
  void everyFlagIsKnownToThisJdk() throws Exception {
    List<String> line =
        new java.util.ArrayList<>(
            new GatewayCommand(
                    Path.of(System.getProperty("java.home")),
                    Runtime.version().feature(),
                    Path.of("/l"),
                    "none.jar",
                    Optional.empty())
                .line(Map.of(), List.of()));
    line.set(line.size() - 1, "-version");
    Process jvm = new ProcessBuilder(line).redirectErrorStream(true).start();
    String said =
        new String(jvm.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(jvm.waitFor()).as(said).isZero();
    assertThat(said).doesNotContain("WARNING").doesNotContain("warning");
  }
}
