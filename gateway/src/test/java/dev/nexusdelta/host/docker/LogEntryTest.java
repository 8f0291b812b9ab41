package dev.nexusdelta.host.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LogEntryTest {
  @Test
  void takesTheTimeOff() throws IOException {
    LogEntry entry = of("2026-01-01T00:00:00.000000001Z  two spaces\n");
    assertThat(entry.at()).isEqualTo(Instant.parse("2026-01-01T00:00:00.000000001Z"));
    assertThat(entry.text()).asString(StandardCharsets.UTF_8).isEqualTo(" two spaces\n");
    assertThat(entry.error()).isTrue();
  }

  @Test
  void takesAnOffset() throws IOException {
    assertThat(of("2026-01-01T02:00:00.5+02:00 x").at())
        .isEqualTo(Instant.parse("2026-01-01T00:00:00.5Z"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no time", "2026-01-01T00:00:00Z"})
  void refusesWhatHasNone(String text) {
    assertThatThrownBy(() -> of(text)).isInstanceOf(IOException.class);
  }

  private static LogEntry of(String text) throws IOException {
    return LogEntry.of(new FrameReader.Frame(true, text.getBytes(StandardCharsets.UTF_8)));
  }
}
