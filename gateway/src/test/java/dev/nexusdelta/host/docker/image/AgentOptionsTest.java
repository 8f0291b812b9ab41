package dev.nexusdelta.host.docker.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.host.code.JvmFlags;
import dev.nexusdelta.manifest.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** The image's archive of classes is made with the flags that every host gives its agents. */
final class AgentOptionsTest {
  @Test
  void theImageHasTheFlagsOfAllHosts() throws IOException {
    List<String> flags = new ArrayList<>(JvmFlags.common());
    flags.addAll(
        JvmFlags.sizes(new Manifest.Resources(OptionalLong.empty(), OptionalDouble.empty())));
    Path root = Path.of("").toAbsolutePath().getParent();
    try (var lines = Files.lines(root.resolve("docker/agent.options"))) {
      assertThat(lines.filter(line -> !line.startsWith("#"))).containsExactlyElementsOf(flags);
    }
  }
}
