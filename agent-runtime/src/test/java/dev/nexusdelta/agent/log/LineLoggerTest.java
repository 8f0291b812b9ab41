package dev.nexusdelta.agent.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class LineLoggerTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private final LineLogger logger = new LineLogger("A", "", Level.INFO, out, () -> 0);

  @Test
  void writesOneLineAnEntry() {
    logger.log(Level.INFO, "started");
    logger.request("r1").log(Level.WARNING, "two\nlines {0}");
    logger.log(Level.INFO, "{0} of {1}", "one", "two");
    logger.log(Level.DEBUG, "not shown");
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "1970-01-01T00:00:00.000Z INFO A started\n"
                + "1970-01-01T00:00:00.000Z WARN A [r1] two\\nlines {0}\n"
                + "1970-01-01T00:00:00.000Z INFO A one of two\n");
  }

  @Test
  void writesTheStackBelow() {
    logger.log(Level.ERROR, "failed", new IllegalStateException("why"));
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .contains("ERROR A failed\njava.lang.IllegalStateException: why\n\tat ");
  }

  @Test
  void tellsTheTimeAsJavaTimeDoes() {
    DateTimeFormatter expected = new DateTimeFormatterBuilder().appendInstant(3).toFormatter();
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      long millis = random.nextLong(253_402_300_800_000L);
      StringBuilder text = new StringBuilder();
      Timestamp.append(text, millis);
      assertThat(text).hasToString(expected.format(Instant.ofEpochMilli(millis)));
    }
  }

  @Test
  void knowsLevelsByName() {
    assertThat(LineLogger.level("warn")).isEqualTo(Level.WARNING);
    assertThat(LineLogger.level(" Debug ")).isEqualTo(Level.DEBUG);
    assertThat(LineLogger.level(null)).isEqualTo(Level.INFO);
    assertThat(LineLogger.level("loud")).isEqualTo(Level.INFO);
  }
}
