package dev.nexusdelta.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlacementTextsTest {
  private static final HostReport REPORT =
      new HostReport(
          "gw",
          7,
          3,
          Set.of("process", "docker"),
          4,
          1L << 33,
          Map.of(
              "math",
              new HostedAgent(5, "c0de", 4, 3, 2, 1, 1, true, true, "exit code 1", 2),
              "text",
              new HostedAgent(1, "", 0, 0, 0, 0, 0, false, false, "", 0)));
  private static final Assignment ASSIGNMENT =
      new Assignment(
          "math",
          9,
          12,
          new Spread(5, 3, Map.of("a", 2, "b", 0), Map.of("b", "draining"), 1, true));

  @Test
  void whatIsWrittenIsRead() {
    assertThat(PlacementTexts.report(PlacementTexts.text(REPORT))).isEqualTo(REPORT);
    assertThat(PlacementTexts.assignment(PlacementTexts.text(ASSIGNMENT))).isEqualTo(ASSIGNMENT);
  }

  @Test
  void otherVersionsAreUnderstood() {
    assertThat(
            PlacementTexts.report(
                "{\"gateway\":\"gw\",\"new\":[1],\"agents\":{\"m\":{\"ready\":1,\"new\":{}}}}"))
        .isEqualTo(
            new HostReport(
                "gw",
                0,
                0,
                Set.of(),
                1,
                0,
                Map.of("m", new HostedAgent(0, "", 0, 0, 1, 0, 0, false, false, "", 0))));
    assertThat(PlacementTexts.assignment("{\"agent\":\"m\",\"new\":true}").spread())
        .isEqualTo(new Spread(0, 0, Map.of(), Map.of(), 0, false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"gateway\":\"\",\"agent\":\"\"}",
        "{\"gateway\":\"g\",\"agent\":\"a\",\"agents\":3,\"shares\":3}",
        "{\"gateway\":\"g\",\"agent\":\"a\",\"agents\":{\"a\":null},\"shares\":{\"g\":null}}",
        "{\"gateway\":\"g\",\"agent\":\"a\",\"agents\":{\"a\":{\"ready\":-1}},\"shares\":{\"g\":-1}}"
      })
  void whatIsNoneIsRefused(String text) {
    assertThatThrownBy(() -> PlacementTexts.report(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("not a host report");
    assertThatThrownBy(() -> PlacementTexts.assignment(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("not a placement");
  }

  @Test
  void theLaterOneHolds() {
    assertThat(later(1, 9)).isFalse();
    assertThat(later(2, 4)).isFalse();
    assertThat(later(2, 5)).isFalse();
    assertThat(later(2, 6)).isTrue();
    assertThat(later(3, 1)).isTrue();
  }

  private static boolean later(long term, long sequence) {
    Spread spread = ASSIGNMENT.spread();
    boolean report =
        new HostReport("g", term, sequence, Set.of(), 1, 0, Map.of())
            .isAfter(new HostReport("g", 2, 5, Set.of(), 1, 0, Map.of()));
    boolean assignment =
        new Assignment("m", term, sequence, spread).isAfter(new Assignment("m", 2, 5, spread));
    assertThat(report).isEqualTo(assignment);
    return report;
  }
}
