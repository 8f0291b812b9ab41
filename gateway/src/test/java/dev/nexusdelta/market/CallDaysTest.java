package dev.nexusdelta.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallDaysTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:34:56Z");
  private static final Duration HOUR = Duration.ofHours(1);
  private static final List<Long> BOUNDS = List.of(10L, 100L);

  private final CallDays days = new CallDays(3);

  private static Tally tally(long calls, long failed, long... took) {
    return new Tally(calls, failed, List.of(took[0], took[1], took[2]));
  }

  @Test
  void sumsTheLastSevenDaysAndForgetsWhatIsOlder() {
    days.add("a", tally(3, 1, 1, 2, 0), NOW);
    days.add("a", tally(2, 0, 0, 0, 2), NOW.plus(HOUR));
    days.add("b", tally(1, 0, 1, 0, 0), NOW.plus(HOUR));
    assertThat(days.all(NOW.plus(HOUR)))
        .isEqualTo(Map.of("a", tally(5, 1, 1, 2, 2), "b", tally(1, 0, 1, 0, 0)));
    assertThat(days.since()).contains(Instant.parse("2026-03-01T12:00:00Z"));
    Instant later = NOW.plus(HOUR.multipliedBy(CallDays.HOURS));
    assertThat(days.all(later).get("a")).isEqualTo(tally(2, 0, 0, 0, 2));
    assertThat(days.all(later.plus(HOUR))).isEmpty();
    assertThat(days.since()).isEmpty();
  }

  @Test
  void forgetsAnAgentWhoseNameMayBeTaken() {
    days.add("a", tally(3, 1, 1, 2, 0), NOW);
    days.forget("a");
    assertThat(days.all(NOW)).isEmpty();
    assertThat(days.text()).isEqualTo("nexus-market-calls 1\nend 0\n");
  }

  @Test
  void isBounded() {
    for (int hour = 0; hour < 3; hour++) {
      for (int agent = 0; agent < CallDays.MOST_CELLS / 2; agent++) {
        days.add("a" + agent, tally(1, 0, 1, 0, 0), NOW.plus(HOUR.multipliedBy(hour)));
      }
    }
    assertThat(days.all(NOW.plus(HOUR.multipliedBy(2))).get("a0").calls()).isEqualTo(2);
    assertThat(days.text()).endsWith("end " + CallDays.MOST_CELLS + "\n");
  }

  @Test
  void isReadAsItWasWritten() {
    days.add("a", tally(3, 1, 1, 2, 0), NOW);
    days.add("b-c", tally(7, 0, 7, 0, 0), NOW.minus(HOUR));
    CallDays read = CallDays.read(days.text(), 3, NOW);
    assertThat(read.text()).isEqualTo(days.text());
    assertThat(read.all(NOW)).isEqualTo(days.all(NOW));
    assertThat(CallDays.read(days.text(), 3, NOW.plus(Duration.ofDays(8))).all(NOW)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "nexus-market-calls 2\nend 0\n",
        "nexus-market-calls 1\n",
        "nexus-market-calls 1\n492000 a 1 0 1 0 0\n",
        "nexus-market-calls 1\n492000 a 1 0 1 0 0\nend 2\n",
        "nexus-market-calls 1\n492000 a 1 0 1 0\nend 1\n",
        "nexus-market-calls 1\n492000 a 1 0 x 0 0\nend 1\n",
        "nexus-market-calls 1\n492000 a 1 0 1 0 0\nend 1"
      })
  void whatIsTornOrForeignIsRefused(String text) {
    assertThatThrownBy(() -> CallDays.read(text, 3, NOW))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void everyCutOfAFileIsSeen() {
    days.add("a", tally(3, 1, 1, 2, 0), NOW);
    days.add("b", tally(3, 1, 1, 2, 0), NOW);
    String text = days.text();
    for (int length = 0; length < text.length(); length++) {
      String cut = text.substring(0, length);
      assertThatThrownBy(() -> CallDays.read(cut, 3, NOW))
          .as("cut to %d", length)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void tellsNoTimeThatIsLongerThanTheSlowestCall() {
    days.add("a", new Tally(1, 0, List.of(0L, 1L, 0L), 30_000), NOW);
    days.add("a", new Tally(0, 0, List.of(0L, 0L, 0L), 0), NOW.plus(HOUR));
    CallDays read = CallDays.read(days.text(), 3, NOW);
    assertThat(read.all(NOW)).isEqualTo(days.all(NOW));
    assertThat(read.all(NOW).get("a").quantile(0.95, BOUNDS).getAsDouble()).isEqualTo(30);
    read.add("a", new Tally(1, 0, List.of(1L, 0L, 0L), 2_000), NOW);
    assertThat(read.all(NOW).get("a").quantile(0.95, BOUNDS).getAsDouble()).isEqualTo(30);
    assertThat(read.all(NOW).get("a").quantile(0.25, BOUNDS).getAsDouble()).isEqualTo(5);
  }

  @Test
  void readsWhatWasWrittenBeforeTheSlowestWasKept() {
    CallDays read =
        CallDays.read("nexus-market-calls 1\n492275 a 3 1 1 2 0\nend 1\n", 3, Instant.EPOCH);
    Instant then = Instant.EPOCH.plus(HOUR.multipliedBy(492275));
    assertThat(read.all(then)).isEqualTo(Map.of("a", tally(3, 1, 1, 2, 0)));
    read.add("a", new Tally(1, 0, List.of(1L, 0L, 0L), 2_000), then);
    CallDays again = CallDays.read(read.text(), 3, then);
    assertThat(again.all(then)).isEqualTo(Map.of("a", tally(4, 1, 2, 2, 0)));
  }

  @Test
  void talliesTellRatesAndTimes() {
    Tally tally = tally(10, 1, 8, 2, 0);
    assertThat(tally.successRate().getAsDouble()).isEqualTo(0.9);
    assertThat(tally.quantile(0.5, BOUNDS).getAsDouble()).isEqualTo(6.25, within(0.01));
    assertThat(tally.quantile(0.95, BOUNDS).getAsDouble()).isEqualTo(77.5, within(0.01));
    assertThat(tally(1, 0, 0, 0, 1).quantile(0.5, BOUNDS).getAsDouble()).isEqualTo(100);
    assertThat(Tally.none(3).successRate()).isEmpty();
    assertThat(Tally.none(3).quantile(0.5, BOUNDS)).isEmpty();
    assertThat(tally.since(tally(4, 0, 4, 0, 0))).isEqualTo(tally(6, 1, 4, 2, 0));
    assertThat(tally.since(tally(99, 9, 9, 9, 9))).isEqualTo(tally(0, 0, 0, 0, 0));
  }
}
