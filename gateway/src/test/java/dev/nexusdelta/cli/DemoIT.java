package dev.nexusdelta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class DemoIT {
  @TempDir private Path folder;

  @Test
  void holdsAndLeavesNothingBehind() throws Exception {
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    try (Terminal terminal = new Terminal(folder)) {
      terminal.env("TMPDIR", temporary.toString());
      terminal.env("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + temporary);
      Terminal.Typed demo = terminal.typeWell("./nexus demo");
      assertThat(demo.out())
          .contains("DataAgent is healthy")
          .contains("MathAgent answers through the gateway")
          .contains("ten calls went to three replicas")
          .contains("was killed")
          .contains("nothing is left: the demo held");
    }
    assertThat(folder.resolve("agents")).doesNotExist();
    assertThat(folder.resolve(".nexus")).doesNotExist();
    try (Stream<Path> left = Files.list(temporary)) {
      assertThat(left.filter(path -> path.toString().contains("nexus-demo"))).isEmpty();
    }
    assertThat(
            ProcessHandle.allProcesses()
                .filter(p -> p.info().commandLine().orElse("").contains(temporary.toString())))
        .isEmpty();
  }
}
