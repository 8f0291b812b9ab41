package dev.nexusdelta.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexusdelta.quota.SimulatedGateways.Load;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Several gateways, whose words take up to 300 ms, admit what one alone would. */
class SharedQuotaTest {
  private static final int RATE = 50;

  /** Who is asked for how much. */
  enum Callers {
    ALL_AT_ONE((gateway, at) -> gateway == 0 ? 3 * RATE : 0),
    EVENLY((gateway, at) -> RATE),
    UNEVENLY((gateway, at) -> new double[] {0.8, 0.3, 0.05}[gateway] * RATE),
    MOSTLY_AT_ONE((gateway, at) -> gateway == 2 ? 4 * RATE : 0.1 * RATE),
    FROM_ONE_TO_THE_NEXT((gateway, at) -> (int) (at / 2) % 3 == gateway ? 4 * RATE : 0),
    IN_BURSTS((gateway, at) -> at % 5 < 1 ? 10 * RATE : 0),
    AT_RANDOM((gateway, at) -> new Random((long) (at * 2) * 31 + gateway).nextInt(3 * RATE));

    private final Load load;

    Callers(Load load) {
      this.load = load;
    }
  }

  @ParameterizedTest
  @EnumSource
  void admitNoMoreThanOneWould(Callers callers) {
    for (long seed = 0; seed < 10; seed++) {
      SimulatedGateways three = new SimulatedGateways(3, RATE + "/s", RATE, 0.1, seed);
      three.run(60, callers.load);
      assertThat(three.worst()).as("seed %s", seed).isLessThanOrEqualTo(1e-3);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"ALL_AT_ONE", "EVENLY", "UNEVENLY", "MOSTLY_AT_ONE"})
  void admitNearlyAllThatMayBe(Callers callers) {
    for (long seed = 0; seed < 10; seed++) {
      SimulatedGateways three = new SimulatedGateways(3, RATE + "/s", RATE, 0.1, seed);
      three.run(3, callers.load);
      int before = three.admitted();
      three.run(60, callers.load);
      assertThat(three.admitted() - before)
          .as("seed %s", seed)
          .isGreaterThanOrEqualTo((int) (0.9 * 60 * RATE));
    }
  }

  @Test
  void callersWhoMoveAreFollowed() {
    SimulatedGateways three = new SimulatedGateways(3, RATE + "/s", RATE, 0, 1);
    three.run(20, (gateway, at) -> gateway == 0 ? 3 * RATE : 0);
    three.run(2, (gateway, at) -> gateway == 1 ? 3 * RATE : 0);
    int before = three.admitted(1);
    three.run(10, (gateway, at) -> gateway == 1 ? 3 * RATE : 0);
    assertThat(three.admitted(1) - before).isGreaterThanOrEqualTo((int) (0.9 * 10 * RATE));
    assertThat(three.worst()).isLessThanOrEqualTo(1e-3);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5})
  void smallRatesAreKeptToo(int rate) {
    for (long seed = 0; seed < 10; seed++) {
      // Each has room for one call, whatever the rate.
      SimulatedGateways three = new SimulatedGateways(3, rate + "/s", Math.max(rate, 3), 0.1, seed);
      // With room for one, a call must come the moment that it is free for all to be taken.
      three.run(5, (gateway, at) -> gateway == 0 ? 40 * rate : 0);
      int before = three.admitted();
      three.run(120, (gateway, at) -> gateway == 0 ? 40 * rate : 0);
      assertThat(three.admitted() - before).isGreaterThanOrEqualTo((int) (0.9 * 120 * rate));
      three.run(60, (gateway, at) -> rate);
      assertThat(three.worst()).as("seed %s", seed).isLessThanOrEqualTo(1e-3);
    }
  }

  @Test
  void minutesAndHoursAreSharedToo() {
    SimulatedGateways three = new SimulatedGateways(3, "600/m", 60, 0.1, 4);
    three.run(10, (gateway, at) -> gateway == 1 ? 30 : 0);
    int before = three.admitted();
    three.run(120, (gateway, at) -> gateway == 1 ? 30 : 0);
    assertThat(three.admitted() - before).isGreaterThanOrEqualTo((int) (0.9 * 120 * 10));
    assertThat(three.worst()).isLessThanOrEqualTo(1e-3);
  }

  @Test
  void theDeadLeaveTheirPart() {
    SimulatedGateways three = new SimulatedGateways(3, RATE + "/s", RATE, 0.1, 5);
    three.run(10, (gateway, at) -> RATE);
    three.die(1);
    three.run(5, (gateway, at) -> gateway == 0 ? 2 * RATE : 0);
    three.look(1);
    three.run(3, (gateway, at) -> gateway == 0 ? 2 * RATE : 0);
    int before = three.admitted();
    three.run(30, (gateway, at) -> gateway == 0 ? 2 * RATE : 0);
    assertThat(three.admitted() - before).isGreaterThanOrEqualTo((int) (0.9 * 30 * RATE));
  }

  @Test
  void whoIsCutOffKeepsToItsEqualPart() {
    SimulatedGateways three = new SimulatedGateways(3, RATE + "/s", RATE, 0, 6);
    three.run(10, (gateway, at) -> gateway == 2 ? 3 * RATE : 0);
    three.cutOff(2, 3);
    int before = three.admitted(2);
    three.run(30, (gateway, at) -> gateway == 2 ? 3 * RATE : 0);
    assertThat(three.admitted(2) - before).isBetween(30 * RATE / 3 - 5, 30 * RATE / 3 + RATE);
  }

  @Test
  void nothingIsSaidWhileNothingHappens() {
    SimulatedGateways three = new SimulatedGateways(3, RATE + "/s", RATE, 0, 7);
    three.run(5, (gateway, at) -> gateway == 0 ? 3 * RATE : 0);
    three.run(60, (gateway, at) -> 0);
    int before = three.words();
    assertThat(before).isPositive();
    three.run(60, (gateway, at) -> 0);
    assertThat(three.words()).isEqualTo(before);
  }

  @Test
  void reportsAreReadAsTheyWereWritten() {
    QuotaReport report =
        new QuotaReport(
            "a=1", 17, "3:f0", 4, Map.of("k", new QuotaReport.Line(5, 6, Map.of("b=2", 7L))));
    assertThat(QuotaReport.of(report.text())).isEqualTo(report);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a 1 c", "a b c d", "a 1 c 2\nk", "a 1 c 2\nk 1 2 b", "a 1 c 2\nk 1 x"})
  void whatIsNoReportIsRefused(String text) {
    QuotaSharing sharing = new QuotaSharing(new Quotas(() -> 0), "self", 1, 0);
    sharing.present(Set.of("a"), 1, 0);
    assertThatThrownBy(() -> sharing.hear(text, 0)).isInstanceOf(IllegalArgumentException.class);
  }
}
