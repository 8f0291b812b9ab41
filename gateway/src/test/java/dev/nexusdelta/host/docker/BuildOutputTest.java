package dev.nexusdelta.host.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class BuildOutputTest {
  @Test
  void tellsTheResultAndWhatStagesLeave() {
    BuildOutput output = new BuildOutput();
    List.of(
            "Step 1/5 : FROM jdk AS build",
            " ---> aaaaaaaaaaaa",
            "Step 2/5 : RUN x",
            " ---> Running in bbbbbbbbbbbb",
            " ---> cccccccccccc",
            "Step 3/5 : FROM other AS unused",
            " ---> dddddddddddd",
            "Step 4/5 : FROM scratch",
            " ---> ",
            "Step 5/5 : COPY --from=build / /",
            " ---> eeeeeeeeeeee")
        .forEach(output::add);
    assertThat(output.image()).isEmpty();
    output.add("Successfully built eeeeeeeeeeee");
    assertThat(output.image()).contains("eeeeeeeeeeee");
    assertThat(output.stages()).containsExactly("cccccccccccc");
  }

  @Test
  void keepsTheLastLines() {
    BuildOutput output = new BuildOutput();
    for (int i = 0; i < 50; i++) {
      output.add("line " + i);
    }
    assertThat(output.last()).hasSize(20).startsWith("line 30").endsWith("line 49");
  }
}
