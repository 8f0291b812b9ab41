package dev.nexusdelta.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.nexusdelta.discovery.ToolInfo;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.ManifestReader;
import java.util.List;
import org.junit.jupiter.api.Test;

class QualityTest {
  private static final String SCHEMA =
      """
      {"type":"object","properties":{"data":{"type":"array","description":"numbers","examples":[[1]]}}}
      """;
  private static final ToolInfo GOOD =
      new ToolInfo(
          "mean", "The mean of some numbers", SCHEMA, "{\"type\":\"number\"}", true, true, false);
  private static final ToolInfo BARE = new ToolInfo("sum", "", "", "", false, false, false);

  private static Quality judged(String purpose, boolean hints, ToolInfo... tools) {
    return Quality.of(
        new Quality.Facts(purpose, "utility", "gpt-4", List.of("data"), List.of(tools), hints));
  }

  @Test
  void aCardThatTellsEverythingIsPerfect() {
    Quality quality = judged("Statistics over lists of numbers", true, GOOD);
    assertThat(quality.score()).isEqualTo(100);
    assertThat(quality.fixes()).isEmpty();
  }

  @Test
  void anEmptyCardIsWorthNothingAndEveryPointIsAccountedFor() {
    Quality quality = Quality.of(new Quality.Facts("", "", "", List.of(), List.of(), true));
    assertThat(quality.score()).isZero();
    assertThat(quality.fixes().stream().mapToDouble(Quality.Fix::points).sum())
        .isEqualTo(100, within(0.5));
    assertThat(quality.fixes().get(0).at()).isEqualTo("/tools");
  }

  @Test
  void toolsShareTheirPointsAndFixesTellWhatBringsMost() {
    Quality quality = judged("Statistics over lists of numbers", true, GOOD, BARE);
    assertThat(quality.score()).isEqualTo(70);
    assertThat(quality.fixes().get(0))
        .isEqualTo(new Quality.Fix(10, "/tools/1/description", "say what 'sum' does"));
    assertThat(quality.fixes()).extracting(Quality.Fix::at).contains("/tools/1/inputSchema");
  }

  @Test
  void hintsThatNobodyBelievesAreNotAskedFor() {
    ToolInfo silent = new ToolInfo("mean", GOOD.description(), SCHEMA, "{}", false, false, false);
    assertThat(judged("Statistics over lists of numbers", false, silent).score()).isEqualTo(100);
    assertThat(judged("Statistics over lists of numbers", true, silent).score()).isEqualTo(95);
  }

  @Test
  void aSchemaThatIsNoneIsNoSchema() {
    ToolInfo odd = new ToolInfo("mean", GOOD.description(), "no json", "{}", true, false, false);
    assertThat(judged("Statistics over lists of numbers", true, odd).fixes())
        .extracting(Quality.Fix::at)
        .contains("/tools/0/inputSchema");
    assertThat(judged("short", true, GOOD).score()).isEqualTo(93);
  }

  @Test
  void findsByAllWordsAndRanksNamesFirst() {
    Manifest math =
        manifest(
            "{name: MathAgent, category: utility, capabilities: [calculus], description: Sums");
    Manifest text =
        manifest("{name: TextAgent, category: nlp, capabilities: [math-text], description: Words");
    List<ToolInfo> none = List.of();
    Search search = Search.of(" MATH ", null, null, null);
    assertThat(search.rank(math, none)).isGreaterThan(search.rank(text, none));
    assertThat(search.rank(text, none)).isPositive();
    assertThat(Search.of("math words", null, null, null).rank(math, none)).isZero();
    assertThat(Search.of("math words", null, null, null).rank(text, none)).isPositive();
    assertThat(Search.of("mean", null, null, null).rank(math, List.of(GOOD))).isPositive();
    assertThat(Search.of("some numbers", "UTILITY", "Calculus", "MEAN").rank(math, List.of(GOOD)))
        .isPositive();
    assertThat(Search.of(null, "nlp", " ", null).rank(math, none)).isZero();
    assertThat(Search.of(null, null, "calc", null).rank(math, none)).isZero();
    assertThat(Search.of(null, null, null, "sum").rank(math, List.of(GOOD))).isZero();
    assertThat(Search.of("", null, null, null).rank(math, none)).isPositive();
  }

  private static Manifest manifest(String open) {
    return ManifestReader.read(open + ", run: {command: run}}")
        .fold(
            read -> read,
            faults -> {
              throw new AssertionError(faults.toString());
            });
  }
}
