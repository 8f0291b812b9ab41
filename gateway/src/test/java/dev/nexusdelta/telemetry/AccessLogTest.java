package dev.nexusdelta.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    return new AccessEntry(
        1500, id, "math", null, "math-1", 200, null, 1, 1_234_567, 1_000_000, 10, 20, "127.0.0.1");
  }
}
