package dev.nexusdelta.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuntimeHashTest {
  @TempDir private Path layout;

  /** {@code printf ab | sha256sum | cut -c1-12}: as the script that builds the image does it. */
  @Test
  void isThatOfTheJarsOneAfterTheOther() throws IOException {
    assertThat(RuntimeHash.of(layout)).isEmpty();
    Path agent = Files.createDirectories(layout.resolve("agent"));
    assertThat(RuntimeHash.of(layout)).isEmpty();
    Files.writeString(agent.resolve("two.jar"), "b");
    Files.writeString(agent.resolve("One.jar"), "a");
    Files.writeString(agent.resolve("notes.txt"), "c");
    assertThat(RuntimeHash.of(layout)).contains("fb8e20fc2e4c");
  }
}
