package dev.nexusdelta.host.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Reads a log in pieces as the engine would give them, cut anywhere. */
final class LogPositionTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final List<LogEntry> log = new ArrayList<>();
  private final List<String> read = new ArrayList<>();
  private LogPosition position = new LogPosition(Optional.empty(), false);

  @Test
  void asksFromTheBeginningAtFirst() {
    assertThat(position.isUnset()).isTrue();
    assertThat(position.resume()).isEmpty();
    Instant since = START.plusSeconds(9);
    assertThat(new LogPosition(Optional.of(since), true).resume()).contains(since);
  }

  @Test
  void goesOnAfterTheLastLine() {
    out(1, "a\n");
    out(2, "b\n");
    readOn(2);
    out(3, "c\n");
    readOn(9);
    assertThat(read).containsExactly("a\n", "b\n", "c\n");
  }

  @Test
  void countsLinesOfTheSameNanosecond() {
    out(1, "a\n");
    out(1, "a\n");
    out(1, "a\n");
    out(1, "b\n");
    readOn(2);
    readOn(1);
    readOn(9);
    assertThat(read).containsExactly("a\n", "a\n", "a\n", "b\n");
  }

  @Test
  void losesNoLineThatTheOtherStreamOvertook() {
    out(10, "early\n");
    out(30, "late\n");
    readOn(2);
    error(20, "stamped before, written after\n");
    readOn(9);
    assertThat(read).containsExactly("early\n", "late\n", "stamped before, written after\n");
  }

  @Test
  void losesNoLineOfAMachineThatWasPausedForSeconds() {
    out(9_000_000_000L, "stamped after the pause\n");
    readOn(1);
    error(1_000_000_000L, "stamped before it\n");
    readOn(9);
    assertThat(read).containsExactly("stamped after the pause\n", "stamped before it\n");
  }

  @Test
  void readsThePiecesOfACutLineAgain() {
    out(1, "whole\n");
    out(2, "piece ");
    out(2, "piece ");
    readOn(2);
    out(2, "end\n");
    out(2, "next\n");
    readOn(9);
    assertThat(read).containsExactly("whole\n", "piece piece end\n", "next\n");
  }

  @Test
  void takesNothingForOldWhenTheClockGoesBack() {
    out(5_000_000_000L, "before\n");
    readOn(1);
    out(4_500_000_000L, "after the clock went back\n");
    out(4_600_000_000L, "more\n");
    position.resume();
    assertThat(position.wasRead(log.get(0))).isTrue();
    // What is stamped before the last one read cannot be told from what was read; the rest can.
    out(5_000_000_001L, "later\n");
    assertThat(position.wasRead(log.get(3))).isFalse();
    assertThat(position.wasRead(log.get(2))).isFalse();
  }

  @Test
  void doesNotGoBackBehindTheFirstOfATail() {
    position = new LogPosition(Optional.empty(), true);
    error(1, "not asked for\n");
    out(2, "tail\n");
    position.read(log.get(1), true);
    assertThat(position.resume()).contains(START.plusNanos(2));
  }

  @Test
  void losesAndRepeatsNothingWhereverItIsCut() {
    for (int seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      log.clear();
      read.clear();
      position = new LogPosition(Optional.empty(), false);
      List<String> written = randomLog(random);
      for (int turns = 0; turns < 8; turns++) {
        readOn(random.nextInt(8));
      }
      readOn(Integer.MAX_VALUE);
      assertThat(read).as("seed %d", seed).containsExactlyElementsOf(written);
    }
  }

  /** Lines of one to three pieces, often at the same time; a stream's pieces follow each other. */
  private List<String> randomLog(Random random) {
    List<String> written = new ArrayList<>();
    long[] at = {0, 0};
    for (int line = 0; line < 20; line++) {
      int stream = random.nextInt(2);
      at[stream] = Math.max(at[stream], at[1 - stream] - 500) + random.nextInt(3) * 400L;
      StringBuilder whole = new StringBuilder();
      int pieces = 1 + random.nextInt(3);
      for (int piece = 1; piece <= pieces; piece++) {
        String text = line + "." + piece + (piece == pieces ? "\n" : "");
        whole.append(text);
        log.add(entry(at[stream], stream == 1, text));
      }
      written.add(whole.toString());
    }
    return written;
  }

  /** One connection that is cut after so many entries that pass the engine's filter. */
  private void readOn(int entries) {
    Instant since = position.resume().orElse(Instant.MIN);
    StringBuilder[] lines = {new StringBuilder(), new StringBuilder()};
    log.stream()
        .filter(entry -> !entry.at().isBefore(since))
        .filter(entry -> !position.wasRead(entry))
        .limit(entries)
        .forEach(
            entry -> {
              StringBuilder line = lines[entry.error() ? 1 : 0];
              String text = new String(entry.text(), StandardCharsets.UTF_8);
              line.append(text);
              position.read(entry, text.endsWith("\n"));
              if (text.endsWith("\n")) {
                read.add(line.toString());
                line.setLength(0);
              }
            });
  }

  private void out(long nanos, String text) {
    log.add(entry(nanos, false, text));
  }

  private void error(long nanos, String text) {
    log.add(entry(nanos, true, text));
  }

  private static LogEntry entry(long nanos, boolean error, String text) {
    return new LogEntry(START.plusNanos(nanos), error, text.getBytes(StandardCharsets.UTF_8));
  }
}
