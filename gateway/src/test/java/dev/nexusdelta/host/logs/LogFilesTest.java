package dev.nexusdelta.host.logs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.host.LogLine;
import dev.nexusdelta.host.LogQuery;
import dev.nexusdelta.manifest.AgentName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogFilesTest {
  private static final AgentName AGENT = new AgentName("A");
  @TempDir Path root;

  @Test
  void linesOfSeveralReplicasComeInTheOrderOfTheirTimes() throws IOException {
    LogFiles logs = new LogFiles(root, 1_000);
    write(logs, "r1", "2026-01-01T00:00:01Z one\n2026-01-01T00:00:03Z three\n\tat stack\n");
    write(logs, "r2", "2026-01-01T00:00:02Z two\n2026-01-01 00:00:04,5+00:00 four\n");

    List<LogLine> lines = logs.read(AGENT, new LogQuery(Optional.empty(), 10));

    assertThat(lines)
        .extracting(l -> l.text().replaceFirst(".* ", ""))
        .containsExactly("one", "two", "three", "stack", "four");
    assertThat(lines.get(3).at()).isEqualTo(Instant.parse("2026-01-01T00:00:03Z"));
    assertThat(lines.get(4).at()).isEqualTo(Instant.parse("2026-01-01T00:00:04.5Z"));
  }

  @Test
  void tailAndSinceBoundTheAnswer() throws IOException {
    LogFiles logs = new LogFiles(root, 1_000);
    write(logs, "r1", "2026-01-01T00:00:01Z a\n2026-01-01T00:00:02Z b\n2026-01-01T00:00:03Z c\n");

    assertThat(logs.read(AGENT, new LogQuery(Optional.empty(), 1)))
        .extracting(LogLine::text)
        .containsExactly("2026-01-01T00:00:03Z c");
    assertThat(
            logs.read(AGENT, new LogQuery(Optional.of(Instant.parse("2026-01-01T00:00:02Z")), 10)))
        .hasSize(2);
  }

  @Test
  void linesWithoutTimesHaveTheFiles() throws IOException {
    LogFiles logs = new LogFiles(root, 1_000);
    write(logs, "r1", "plain\n");
    Instant written = Instant.parse("2026-02-02T00:00:00Z");
    Files.setLastModifiedTime(logs.file(AGENT, "r1"), FileTime.from(written));

    assertThat(logs.read(AGENT, new LogQuery(Optional.empty(), 10)))
        .containsExactly(new LogLine(written, "r1", "plain"));
  }

  @Test
  void rotatesTwiceAndReadsAcrossRotatedFiles() throws IOException {
    LogFiles logs = new LogFiles(root, 10);
    for (String text : List.of("first line\n", "second line\n", "third line\n")) {
      write(logs, "r1", text);
      logs.rotate(AGENT, "r1");
    }
    write(logs, "r1", "now\n");

    assertThat(Files.size(logs.file(AGENT, "r1"))).isEqualTo(4);
    assertThat(root.resolve("a")).isDirectoryContaining("glob:**r1.log.2");
    assertThat(logs.read(AGENT, new LogQuery(Optional.empty(), 10)))
        .extracting(LogLine::text)
        .endsWith("now");
  }

  @Test
  void aFileThatGrewTooFastKeepsItsEnd() throws IOException {
    LogFiles logs = new LogFiles(root, 10);
    write(logs, "r1", "x".repeat(100) + "0123456789");

    logs.rotate(AGENT, "r1");

    assertThat(Files.readString(root.resolve("a/r1.log.1"))).isEqualTo("0123456789");
  }

  @Test
  void keepsTheTenNewestFilesOfTheDeadAndAllOfTheLiving() throws IOException {
    LogFiles logs = new LogFiles(root, 10);
    for (int i = 0; i < 14; i++) {
      write(logs, "r" + i, "x");
      Files.setLastModifiedTime(
          logs.file(AGENT, "r" + i), FileTime.from(Instant.ofEpochSecond(1_000 + i)));
    }

    logs.prune(AGENT, id -> id.equals("r0"));

    assertThat(logs.currentFiles(AGENT))
        .hasSize(11)
        .contains(logs.file(AGENT, "r0"), logs.file(AGENT, "r13"))
        .doesNotContain(logs.file(AGENT, "r3"));
  }

  @Test
  void lastLinesAreAtMostTwenty() throws IOException {
    LogFiles logs = new LogFiles(root, 10);
    write(logs, "r1", "line\n".repeat(50) + "last");

    assertThat(logs.lastLines(AGENT, "r1")).hasSize(20).endsWith("last");
    assertThat(logs.lastLines(AGENT, "nobody")).isEmpty();
  }

  private static void write(LogFiles logs, String replica, String text) throws IOException {
    Files.writeString(
        logs.create(AGENT, replica), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
