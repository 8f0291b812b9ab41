package dev.nexusdelta.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.nexusdelta.load.AgentLoad;
import dev.nexusdelta.load.LoadReport;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class LoadLedgerTest {
  private static final long MS = 1_000_000L;
  private static final long SECOND = 1_000 * MS;
  private static final Duration WINDOW = Duration.ofSeconds(60);

  /** The owner's clock is anywhere, negative too. */
  private static final long START = -30 * SECOND;

  private final LoadLedger ledger = new LoadLedger(Duration.ofSeconds(3));

  @Test
  void knowsNothingBeforeTheFirstReport() {
    LoadSample sample = sample(0);

    assertThat(sample.known()).isFalse();
    assertThat(sample.quiet()).isZero();
    assertThat(ledger.recording("a").seconds()).isZero();
  }

  @Test
  void addsUpWhatTwoGatewaysReportWhateverTheirClocksSay() {
    for (int second = 0; second < 60; second++) {
      // The clock of one runs a tenth too fast, that of the other a tenth too slow.
      file("one", 1, second + 1, 1_100, second * 1_000 + 100, load(11, 2, 0));
      file("two", 1, second + 1, 900, second * 1_000 + 200, load(30, 6, 1));
    }
    LoadSample sample = sample(59_300);

    assertThat(sample.known()).isTrue();
    assertThat(sample.stable().rps()).isCloseTo(41, within(0.01));
    assertThat(sample.brief().concurrency()).isCloseTo(8, within(0.01));
    assertThat(sample.last().rps()).isCloseTo(10 + 33.3, within(0.1));
    assertThat(sample.inFlight()).isEqualTo(8);
    assertThat(sample.waiting()).isEqualTo(1);
  }

  @Test
  void doesNotCountTheRunningSecondBeforeAllGatewaysHaveReportedInIt() {
    for (int second = 0; second < 20; second++) {
      file("one", 1, second + 1, 1_000, second * 1_000 + 300, load(60, 1, 0));
      file("two", 1, second + 1, 1_000, second * 1_000 + 700, load(60, 1, 0));
    }
    file("one", 1, 21, 1_000, 20_300, load(60, 1, 0));

    assertThat(sample(20_100).brief().rps()).isCloseTo(120, within(0.01));
    assertThat(sample(20_500).brief().rps()).isCloseTo(120, within(0.01));
    file("two", 1, 21, 1_000, 20_700, load(600, 1, 0));
    assertThat(sample(20_800).brief().rps()).isCloseTo((6 * 120 + 540) / 6.0, within(0.01));
  }

  @Test
  void meansOfAYoungLedgerAreOverWhatItHasSeen() {
    for (int second = 0; second < 5; second++) {
      file("one", 1, second + 1, 1_000, second * 1_000 + 10, load(100, 1, 0));
    }

    assertThat(sample(4_020).stable().rps()).isCloseTo(100, within(0.01));
  }

  @Test
  void ignoresRepeatedAndOvertakenReports() {
    file("one", 1, 1, 1_000, 100, load(10, 1, 0));
    file("one", 1, 3, 1_000, 1_100, load(10, 1, 0));
    file("one", 1, 3, 1_000, 1_200, load(10, 1, 0));
    file("one", 1, 2, 1_000, 1_300, load(10, 9, 0));

    assertThat(arrivals()).isEqualTo(20);
    assertThat(sample(1_400).inFlight()).isEqualTo(1);
  }

  @Test
  void aLostReportLeavesAGapButNotAStop() {
    file("one", 1, 1, 1_000, 100, load(10, 1, 0));
    file("one", 1, 3, 1_000, 2_100, load(10, 1, 0));

    assertThat(sample(2_200).known()).isTrue();
    assertThat(arrivals()).isEqualTo(20);
    assertThat(ledger.recording("a").arrivals(1)).isZero();
  }

  @Test
  void countsARestartedGatewayFromTheBeginningAgain() {
    file("one", 7, 500, 1_000, 100, load(10, 4, 0));
    file("one", 3, 1, 1_000, 1_100, load(5, 1, 0));

    assertThat(arrivals()).isEqualTo(15);
    assertThat(sample(1_200).inFlight()).isEqualTo(1);
  }

  @Test
  void holdsWhileAGatewayIsSilentUntilItReportsAgain() {
    file("one", 1, 1, 1_000, 0, load(10, 1, 0));
    file("two", 1, 1, 1_000, 0, load(10, 1, 0));
    file("one", 1, 2, 1_000, 3_000, load(10, 1, 0));

    assertThat(sample(3_000).known()).isTrue();
    assertThat(sample(3_001).known()).isFalse();
    file("two", 1, 5, 1_000, 3_100, load(10, 1, 0));
    assertThat(sample(3_200).known()).isTrue();
  }

  @Test
  void aGatewayThatLeftIsMissedNoMoreAndItsCallsInFlightAreGone() {
    file("one", 1, 1, 1_000, 0, load(10, 1, 0));
    file("two", 1, 1, 1_000, 0, load(10, 5, 2));
    ledger.present(Set.of("one"));
    file("one", 1, 2, 1_000, 3_500, load(10, 1, 0));
    LoadSample sample = sample(3_600);

    assertThat(sample.known()).isTrue();
    assertThat(sample.inFlight()).isEqualTo(1);
    assertThat(sample.waiting()).isZero();
    assertThat(arrivals()).isEqualTo(30);
  }

  @Test
  void aReportThatWasOnItsWayDoesNotBringItsSenderBackButALaterOneDoes() {
    file("one", 1, 1, 1_000, 0, load(10, 1, 0));
    file("two", 1, 1, 1_000, 0, load(10, 5, 0));
    ledger.present(Set.of("one"));
    file("two", 1, 2, 1_000, 200, load(10, 5, 0));
    assertThat(sample(300).inFlight()).isEqualTo(1);

    file("one", 1, 2, 1_000, 4_000, load(10, 1, 0));
    file("two", 1, 3, 1_000, 4_000, load(10, 5, 0));
    assertThat(sample(4_000).inFlight()).isEqualTo(6);
  }

  @Test
  void aNewLifeOfAGatewayThatJustLeftCountsAtOnce() {
    file("one", 1, 1, 1_000, 0, load(10, 1, 0));
    ledger.present(Set.of());
    file("one", 2, 1, 1_000, 100, load(10, 3, 0));

    assertThat(sample(200).inFlight()).isEqualTo(3);
  }

  @Test
  void awaitsTheFirstReportOfAGatewayThatIsThere() {
    file("one", 1, 1, 1_000, 0, load(10, 1, 0));
    ledger.present(Set.of("one", "two"));
    file("one", 1, 2, 1_000, 3_000, load(10, 1, 0));

    assertThat(sample(3_000).known()).isTrue();
    assertThat(sample(3_100).known()).isFalse();
  }

  @Test
  void reportsSentInBetweenAddToTheirSecondAndGiveTheNewestRate() {
    file("one", 1, 1, 1_000, 0, load(20, 1, 0));
    file("one", 1, 2, 150, 150, load(60, 40, 38));
    LoadSample sample = sample(150);

    assertThat(sample.last().rps()).isCloseTo(400, within(0.1));
    assertThat(sample.waiting()).isEqualTo(38);
    assertThat(arrivals()).isEqualTo(80);
  }

  @Test
  void aReportOfAFewMillisecondsIsNoRateOfItsOwn() {
    file("one", 1, 1, 200, 0, load(80, 1, 0));
    file("one", 1, 2, 2, 2, load(3, 1, 0));
    assertThat(sample(2).last().rps()).isCloseTo(83 / 0.202, within(0.1));

    file("one", 1, 3, 1_000, 1_000, load(20, 1, 0));
    file("one", 1, 4, 2, 1_002, load(3, 1, 0));
    assertThat(sample(1_002).last().rps()).isCloseTo(60, within(0.1));
  }

  @Test
  void aLateHeapOfReportsIsCountedOnce() {
    for (int i = 0; i < 3; i++) {
      file("one", 1, i + 1, 1_000, 2_500 + i, load(10, 1, 0));
    }

    assertThat(ledger.recording("a").arrivals(0)).isEqualTo(30);
    assertThat(sample(2_600).last().rps()).isCloseTo(10, within(0.01));
  }

  @Test
  void serviceTimeIsThatOfPlacesWhereAnswersStream() {
    for (int second = 0; second < 30; second++) {
      // Two calls a second, answered after 50 ms, that stream for four seconds.
      AgentLoad streams = new AgentLoad(2, 2, 8, 0.1, 8, 0, Duration.ZERO);
      file("one", 1, second + 1, 1_000, second * 1_000, streams);
    }

    assertThat(sample(29_100).serviceSeconds()).isCloseTo(4, within(0.3));
  }

  @Test
  void serviceTimeIsThatOfAnswersWhereCallsWait() {
    for (int second = 0; second < 30; second++) {
      AgentLoad queued = new AgentLoad(100, 100, 300, 2, 300, 298, Duration.ofSeconds(2));
      file("one", 1, second + 1, 1_000, second * 1_000, queued);
    }

    assertThat(sample(29_100).serviceSeconds()).isCloseTo(0.02, within(0.001));
  }

  @Test
  void serviceTimeIsSettledAMomentAfterTheFirstAnswers() {
    AgentLoad unanswered = new AgentLoad(10, 0, 2, 0, 10, 8, Duration.ofMillis(200));
    file("one", 1, 1, 1_000, 1_000, unanswered);
    file("one", 1, 2, 1_000, 2_000, new AgentLoad(10, 10, 2, 3, 10, 8, Duration.ofMillis(200)));
    assertThat(sample(2_900).settled()).isFalse();
    assertThat(sample(3_000).settled()).isFalse();
    assertThat(sample(4_000).settled()).as("one second's answers alone").isFalse();
    assertThat(sample(4_000).serviceSeconds()).isCloseTo(0.3, within(0.001));

    file("one", 1, 3, 1_000, 4_000, new AgentLoad(10, 10, 0.2, 0.2, 0, 0, Duration.ZERO));
    assertThat(sample(4_100).settled()).isTrue();
    assertThat(sample(4_100).serviceSeconds()).isCloseTo(0.02, within(0.001));
  }

  @Test
  void tellsSinceWhenItIsQuiet() {
    file("one", 1, 1, 1_000, 1_000, load(1, 0, 0));
    LoadReport idle = new LoadReport("one", 1, 2, SECOND, Map.of());
    ledger.file(idle, START + 50 * SECOND);

    assertThat(sample(50_000).quiet()).isEqualTo(Duration.ofSeconds(49));
    assertThat(ledger.sample("never", WINDOW, START + 50 * SECOND).quiet())
        .isEqualTo(Duration.ofSeconds(49));
  }

  @Test
  void forgetsAgentsWithoutLoadForTheLongestWindow() {
    ledger.sample("a", Duration.ofSeconds(1_200), START);
    Map<String, AgentLoad> all = new HashMap<>();
    for (int i = 0; i < 10_000; i++) {
      all.put("agent" + i, load(1, 0, 0));
    }
    ledger.file(new LoadReport("one", 1, 1, SECOND, all), START);
    assertThat(ledger.remembered()).isEqualTo(10_000);
    for (int second = 1; second <= 1_300; second++) {
      file("one", 1, second + 1, 1_000, second * 1_000L, load(1, 0, 0));
      assertThat(second > 1_190 || ledger.remembered() == 10_001).isTrue();
    }

    assertThat(ledger.remembered()).isEqualTo(1);
    assertThat(ledger.recording("agent7").seconds()).isZero();
  }

  @Test
  void keepsTheNewestQuarterOfAnHour() {
    for (int second = 0; second < 2_000; second++) {
      file("one", 1, second + 1, 1_000, second * 1_000L, load(second, 1, second % 2));
    }
    LoadRecording recording = ledger.recording("a");

    assertThat(recording.seconds()).isEqualTo(LoadRecording.LONGEST);
    assertThat(recording.arrivals(899)).isEqualTo(1_999);
    assertThat(recording.arrivals(0)).isEqualTo(1_100);
    assertThat(recording.waiting(899)).isEqualTo(1);
  }

  private long arrivals() {
    LoadRecording recording = ledger.recording("a");
    long sum = 0;
    for (int second = 0; second < recording.seconds(); second++) {
      sum += recording.arrivals(second);
    }
    return sum;
  }

  private LoadSample sample(long atMillis) {
    return ledger.sample("a", WINDOW, START + atMillis * MS);
  }

  private void file(
      String gateway, long epoch, long sequence, long covered, long atMillis, AgentLoad load) {
    ledger.file(
        new LoadReport(gateway, epoch, sequence, covered * MS, Map.of("a", load)),
        START + atMillis * MS);
  }

  private static AgentLoad load(long arrivals, int inFlight, int waiting) {
    Duration oldest = waiting == 0 ? Duration.ZERO : Duration.ofMillis(150);
    return new AgentLoad(arrivals, arrivals, inFlight, arrivals * 0.02, inFlight, waiting, oldest);
  }
}
