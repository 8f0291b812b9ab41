package dev.nexusdelta.host.code;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ShellLineTest {
  @Test
  void aSimpleCommandReplacesItsShell() {
    assertThat(ShellLine.of(" python3 agent.py --port ${PORT} "))
        .containsExactly("/bin/sh", "-c", "exec python3 agent.py --port ${PORT}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cd app && python3 a.py",
        "A=1 node a.js",
        "exec node a.js",
        "a | b",
        "if true; then a; fi",
        "a\nb",
        "export A=1",
        "echo $(date)"
      })
  void anythingMoreIsLeftToTheShell(String line) {
    assertThat(ShellLine.of(line)).containsExactly("/bin/sh", "-c", line);
  }
}
