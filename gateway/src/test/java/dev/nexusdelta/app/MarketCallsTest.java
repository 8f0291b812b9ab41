package dev.nexusdelta.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.market.CallDays;
import dev.nexusdelta.telemetry.CallTotals;
import dev.nexusdelta.telemetry.PrometheusMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MarketCallsTest {
  private static final Instant BEGIN = Instant.parse("2026-03-01T12:34:56Z");

  @TempDir private Path folder;
  private final Map<String, CallTotals> metrics = new HashMap<>();
  private Instant now = BEGIN;
  private long nanos;

  private MarketCalls open() {
    return new MarketCalls(folder, () -> Map.copyOf(metrics), () -> now, () -> nanos);
  }

  /** As a process does that begins anew. */
  private MarketCalls openAnew() {
    metrics.clear();
    return open();
  }

  private void counted(String agent, long calls, long failed) {
    List<Long> took = new ArrayList<>();
    for (int i = 0; i <= PrometheusMetrics.bounds().size(); i++) {
      took.add(i == 0 ? calls : 0);
    }
    metrics.put(agent, new CallTotals(calls, failed, took, 0));
  }

  private void later(Duration time) {
    now = now.plus(time);
    nanos += time.toNanos();
  }

  /** Calls of each agent, failed ones behind a slash. */
  private static Map<String, String> told(MarketCalls calls) {
    Map<String, String> told = new TreeMap<>();
    calls
        .look(false)
        .agents()
        .forEach((agent, tally) -> told.put(agent, tally.calls() + "/" + tally.failed()));
    return told;
  }

  private Path file() {
    return folder.resolve("market.calls");
  }

  @Test
  void outlivesTheProcess() {
    MarketCalls first = open();
    counted("math", 5, 1);
    counted("_other", 9, 9);
    counted("", 9, 9);
    first.look(true);
    MarketCalls second = openAnew();
    assertThat(told(second)).isEqualTo(Map.of("math", "5/1"));
    assertThat(second.look(false).since()).contains(Instant.parse("2026-03-01T12:00:00Z"));
    counted("math", 2, 0);
    counted("text", 1, 0);
    assertThat(told(second)).isEqualTo(Map.of("math", "7/1", "text", "1/0"));
    assertThat(folder).isDirectoryContaining("glob:**/market.calls");
    assertThat(folder).isDirectoryNotContaining("glob:**/*.{bad,next}");
  }

  @Test
  void countsNothingTwice() {
    MarketCalls calls = open();
    counted("math", 5, 1);
    assertThat(told(calls)).isEqualTo(Map.of("math", "5/1"));
    assertThat(told(calls)).isEqualTo(Map.of("math", "5/1"));
    calls.look(true);
    // A second term of the same process, whose metrics go on.
    assertThat(told(open())).isEqualTo(Map.of("math", "5/1"));
  }

  @Test
  void writesOnceAMinuteAndAtTheEnd() {
    MarketCalls calls = open();
    counted("math", 1, 0);
    calls.look(false);
    assertThat(file()).doesNotExist();
    later(Duration.ofSeconds(60));
    calls.look(false);
    assertThat(told(openAnew())).isEqualTo(Map.of("math", "1/0"));
    counted("math", 2, 0);
    later(Duration.ofSeconds(59));
    calls.look(false);
    assertThat(told(openAnew())).isEqualTo(Map.of("math", "1/0"));
    counted("math", 2, 0);
    calls.look(true);
    assertThat(told(openAnew())).isEqualTo(Map.of("math", "2/0"));
  }

  @Test
  void forgetsWhatIsOlderThanSevenDays() {
    MarketCalls calls = open();
    counted("math", 3, 0);
    calls.look(false);
    later(Duration.ofDays(3));
    counted("math", 4, 0);
    calls.look(true);
    later(Duration.ofHours(CallDays.HOURS).minus(Duration.ofDays(3)));
    assertThat(told(calls)).isEqualTo(Map.of("math", "1/0"));
    assertThat(told(openAnew())).as("read from the file too").isEqualTo(Map.of("math", "1/0"));
    later(Duration.ofDays(3));
    MarketCalls last = openAnew();
    assertThat(told(last)).isEmpty();
    last.look(true);
    assertThat(file()).content().doesNotContain("math");
  }

  @Test
  void aBrokenFileIsKeptAsideAndCountedAnew() throws IOException {
    for (String broken :
        List.of("", "nexus-market-calls 1\n492000 math 1 0", "not what it should be")) {
      Files.writeString(file(), broken);
      MarketCalls calls = openAnew();
      assertThat(folder.resolve("market.calls.bad")).content().isEqualTo(broken);
      assertThat(file()).doesNotExist();
      counted("math", 2, 0);
      assertThat(told(calls)).isEqualTo(Map.of("math", "2/0"));
      calls.look(true);
      assertThat(told(openAnew())).isEqualTo(Map.of("math", "2/0"));
    }
    Files.write(file(), new byte[] {(byte) 0xff, (byte) 0xfe});
    assertThat(told(openAnew())).isEmpty();
    assertThat(folder.resolve("market.calls.bad")).hasBinaryContent(new byte[] {-1, -2});
  }

  @Test
  void goesOnWhereNothingCanBeWritten() throws IOException {
    Path gone = folder.resolve("gone");
    Files.createDirectory(gone);
    MarketCalls calls = new MarketCalls(gone, () -> Map.copyOf(metrics), () -> now, () -> nanos);
    Files.delete(gone);
    counted("math", 2, 0);
    calls.look(true);
    assertThat(told(calls)).isEqualTo(Map.of("math", "2/0"));
    Files.createDirectory(gone);
    calls.look(true);
    assertThat(gone.resolve("market.calls")).content().contains(" math 2 0 ");
  }
}
