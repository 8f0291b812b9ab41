package dev.nexusdelta.host.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EngineAddressTest {
  @Test
  void isTheUsualSocketWhereNothingIsSaid() {
    assertThat(EngineAddress.of("  ")).hasToString("unix:///var/run/docker.sock");
  }

  @ParameterizedTest
  @ValueSource(strings = {"unix:///tmp/d.sock", "tcp://127.0.0.1:2375", "tcp://localhost:2375"})
  void takesSocketsAndLoopback(String text) {
    assertThat(EngineAddress.of(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"tcp://192.0.2.7:2375", "tcp://example:2375", "tcp://0.0.0.0:2375", "tcp://:1"})
  void refusesOtherMachines(String text) {
    assertThatThrownBy(() -> EngineAddress.of(text)).hasMessageContaining(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/var/run/docker.sock", "ssh://me@host", "unix://", "tcp://127.0.0.1", "a b"})
  void saysWhatItExpects(String text) {
    assertThatThrownBy(() -> EngineAddress.of(text))
        .hasMessageContaining(text)
        .hasMessageContaining("expected unix:///path/to/docker.sock");
  }
}
