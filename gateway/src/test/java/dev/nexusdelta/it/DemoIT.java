package dev.nexusdelta.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("alone")
@Timeout(180)
class DemoIT {
  @Test
  void holdsAndLeavesNothingBehind() throws Exception {
    try (Workspace workspace = Workspace.open()) {
      Path temporary = Files.createDirectory(workspace.folder().resolve("tmp"));
      workspace.env("TMPDIR", temporary.toString());
      workspace.env("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + temporary);
      Workspace.Typed demo = workspace.typeWell("./nexus demo");
      assertThat(demo.out())
          .contains("DataAgent is healthy")
          .contains("MathAgent answers through the gateway")
          .contains("calls went to three replicas")
          .contains("was killed")
          .contains("nothing is left: the demo held");
      assertThat(workspace.folder().resolve("agents")).doesNotExist();
      assertThat(workspace.folder().resolve(".nexus")).doesNotExist();
      try (Stream<Path> left = Files.list(temporary)) {
        assertThat(left.filter(path -> path.toString().contains("nexus-demo"))).isEmpty();
      }
      assertThat(
              ProcessHandle.allProcesses()
                  .filter(p -> p.info().commandLine().orElse("").contains(temporary.toString())))
          .isEmpty();
    }
  }
}
