package dev.nexusdelta.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessLogTest {
  @TempDir Path folder;

  @Test
  void writesOneLinePerCall() throws IOException {
    Path file = folder.resolve("logs/access.jsonl");
    try (AccessLog log = new AccessLog(file)) {
      log.add(entry("r\"1"));
      log.add(entry("r2"));
    }
    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSize(2);
    JsonObject line = new JsonObject(lines.get(0));
    assertThat(line.getString("at")).isEqualTo("1970-01-01T00:00:01.500Z");
    assertThat(line.getString("requestId")).isEqualTo("r\"1");
    assertThat(line.getString("tool")).isNull();
    assertThat(line.getDouble("durationMs")).isEqualTo(1.235);
    assertThat(line.fieldNames())
        .containsExactly(
            "at",
            "requestId",
            "agent",
            "tool",
            "replica",
            "status",
            "code",
            "attempts",
            "durationMs",
            "agentMs",
            "bytesIn",
            "bytesOut",
            "remote");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "add", "a\"b", "a\\b", "a\nb", "a\u007f", "\u00e9", "\u4e2d", "\ud83d\ude00"})
  void writesEveryTextSoThatItIsReadAgain(String text) throws IOException {
    Path file = folder.resolve("access.jsonl");
    String tool = text + "x".repeat(text.isEmpty() ? 0 : 1000) + text;
    try (AccessLog log = new AccessLog(file)) {
      log.add(entry("r1", tool, 0));
      log.add(entry("r2", null, 0));
    }
    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSize(2);
    assertThat(new JsonObject(lines.get(0)).getString("tool")).isEqualTo(tool);
  }

  @Test
  void halfALetterBreaksNoLine() throws IOException {
    Path file = folder.resolve("access.jsonl");
    try (AccessLog log = new AccessLog(file)) {
      log.add(entry("r1", "a\ud83d", 0));
      log.add(entry("r2", "b", 0));
    }
    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSize(2);
    assertThat(new JsonObject(lines.get(0)).getString("tool")).isEqualTo("a?");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 7, 10, 99, 1000, 1234567890123L, Long.MAX_VALUE})
  void writesEveryNumber(long bytes) throws IOException {
    Path file = folder.resolve("access.jsonl");
    try (AccessLog log = new AccessLog(file)) {
      log.add(entry("r1", null, bytes));
    }
    JsonObject line = new JsonObject(Files.readAllLines(file).get(0));
    assertThat(line.getLong("bytesIn")).isEqualTo(bytes);
  }

  @Test
  void appendsToWhatIsThere() throws IOException {
    Path file = folder.resolve("access.jsonl");
    for (int i = 0; i < 2; i++) {
      try (AccessLog log = new AccessLog(file)) {
        log.add(entry("r" + i));
      }
    }
    assertThat(Files.readAllLines(file)).hasSize(2);
  }

  @Test
  void rotatesBySizeAndKeepsSome() throws IOException {
    Path file = folder.resolve("access.jsonl");
    for (int i = 0; i < 8; i++) {
      try (AccessLog log = new AccessLog(file, 300, 2)) {
        log.add(entry("r" + i));
        log.add(entry("s" + i));
      }
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(path -> path.getFileName().toString()))
          .contains("access.jsonl", "access.jsonl.1")
          .hasSizeLessThanOrEqualTo(3);
    }
  }

  @Test
  void countsWhatItCannotWrite() throws IOException {
    Path file = folder.resolve("not-a-folder/access.jsonl");
    Files.writeString(folder.resolve("not-a-folder"), "");
    AccessLog log = new AccessLog(file);
    log.add(entry("r1"));
    log.close();
    log.add(entry("r2"));
    assertThat(log.dropped()).isEqualTo(2);
  }

  private static AccessEntry entry(String id) {
    return entry(id, null, 10);
  }

  private static AccessEntry entry(String id, @Nullable String tool, long bytesIn) {
    return new AccessEntry(
        1500, id, "math", tool, "math-1", 200, null, 1, 1_234_567, 1_000_000, bytesIn, 20, "::1",
        null);
  }
}
