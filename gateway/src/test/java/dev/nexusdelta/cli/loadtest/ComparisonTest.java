package dev.nexusdelta.cli.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexusdelta.cli.loadtest.Comparison.Judgement;
import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.sdk.JsonValue;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  /** A minute at one rate, its latency around {@code p95} with a fifth of noise. */
  private static RunSummary run(String simulation, long seed, double rate, double p95) {
    SplittableRandom random = new SplittableRandom(seed);
    List<JsonValue> windows =
        IntStream.range(0, 60)
            .mapToObj(
                second -> {
                  double noise = 0.8 + 0.4 * random.nextDouble();
                  return JsonValue.object()
                      .with("s", second)
                      .with("ok", Math.round(rate))
                      .with("p50Ms", p95 * noise / 2)
                      .with("p95Ms", p95 * noise);
                })
            .toList();
    JsonValue phase = JsonValue.object().with("name", "steady").with("fromS", 0).with("untilS", 60);
    return new RunSummary(
        JsonValue.object()
            .with("schema", 1)
            .with("simulation", simulation)
            .with("agent", "X")
            .with("calls", JsonValue.object().with("failed", 0))
            .with("phases", List.of(phase))
            .with("windowS", 1)
            .with("windows", windows));
  }

  private static Judgement of(Comparison comparison, String figure) {
    return comparison.lines().stream()
        .filter(line -> line.name().equals(figure))
        .findFirst()
        .orElseThrow()
        .judgement();
  }

  @Test
  void ofRunsOfTheSameFewerThanOneInAHundredLookDifferent() {
    long different =
        IntStream.range(0, 500)
            .mapToObj(
                seed ->
                    Comparison.of(run("steady", seed, 40, 30), run("steady", seed + 500, 40, 30)))
            .filter(
                comparison ->
                    comparison.lines().stream()
                        .anyMatch(line -> line.judgement() != Judgement.SAME))
            .count();
    assertThat(different).isLessThan(5);
  }

  @Test
  void aFifthMoreLatencyIsWorseAndAFifthLessIsBetter() {
    RunSummary before = run("steady", 1, 40, 30);
    assertThat(of(Comparison.of(before, run("steady", 2, 40, 37)), "p95 ms"))
        .isEqualTo(Judgement.WORSE);
    assertThat(of(Comparison.of(before, run("steady", 2, 40, 24)), "p95 ms"))
        .isEqualTo(Judgement.BETTER);
  }

  @Test
  void fewerAnswersAreWorseAndMoreAreBetter() {
    RunSummary before = run("steady", 1, 40, 30);
    String figure = "answered well a second";
    assertThat(of(Comparison.of(before, run("steady", 2, 30, 30)), figure))
        .isEqualTo(Judgement.WORSE);
    assertThat(of(Comparison.of(before, run("steady", 2, 60, 30)), figure))
        .isEqualTo(Judgement.BETTER);
  }

  @Test
  void differencesBelowAMillisecondSayNothing() {
    assertThat(of(Comparison.of(run("a", 1, 40, 1), run("a", 2, 40, 1.8)), "p95 ms"))
        .isEqualTo(Judgement.SAME);
  }

  @Test
  void rareFailuresScatterByTheirRoot() {
    assertThat(Comparison.judge(Figure.count("f", 0), Figure.count("f", 3)).judgement())
        .isEqualTo(Judgement.SAME);
    assertThat(Comparison.judge(Figure.count("f", 0), Figure.count("f", 12)).judgement())
        .isEqualTo(Judgement.WORSE);
    assertThat(Comparison.judge(Figure.count("f", 100), Figure.count("f", 40)).judgement())
        .isEqualTo(Judgement.BETTER);
  }

  @Test
  void whatWasMeasuredOnceMustDifferByAFifthAndByWhatItIsMeasuredBy() {
    Figure before = Figure.once("s", false, 2, 0.1);
    assertThat(Comparison.judge(before, Figure.once("s", false, 2.3, 0.1)).judgement())
        .isEqualTo(Judgement.SAME);
    assertThat(Comparison.judge(before, Figure.once("s", false, 2.5, 0.1)).judgement())
        .isEqualTo(Judgement.WORSE);
    assertThat(Comparison.judge(before, Figure.once("s", false, 2.5, 1)).judgement())
        .isEqualTo(Judgement.SAME);
  }

  @Test
  void theKneeCountsInStepsBetweenLevels() {
    RunSummary before = knee(80, 100);
    assertThat(of(Comparison.of(before, knee(100, 125)), "knee, calls a second"))
        .isEqualTo(Judgement.SAME);
    assertThat(of(Comparison.of(before, knee(125, 156)), "knee, calls a second"))
        .isEqualTo(Judgement.BETTER);
    assertThat(of(Comparison.of(before, knee(40, 50)), "knee, calls a second"))
        .isEqualTo(Judgement.WORSE);
  }

  private static RunSummary knee(double kept, double broke) {
    return new RunSummary(
        run("capacity", 1, 40, 30)
            .json()
            .with("figures", JsonValue.object().with("kneePerS", kept).with("brokePerS", broke)));
  }

  @Test
  void reactionAndReplicasAreComparedWhereTheyWereSeen() {
    Comparison comparison = Comparison.of(spike(0.4, 12), spike(0.9, 40));
    assertThat(of(comparison, "decision after the step, s")).isEqualTo(Judgement.WORSE);
    assertThat(of(comparison, "back to few replicas, s")).isEqualTo(Judgement.WORSE);
    assertThat(of(comparison, "start of a replica, s")).isEqualTo(Judgement.SAME);
    assertThat(of(comparison, "replicas on average")).isEqualTo(Judgement.SAME);
    Comparison unseen = Comparison.of(run("spike", 1, 40, 30), spike(0.9, 40));
    assertThat(unseen.lines()).noneMatch(line -> line.name().startsWith("decision"));
  }

  private static RunSummary spike(double decided, double back) {
    JsonValue figures =
        JsonValue.object()
            .with("stepS", 20)
            .with("decidedS", 20 + decided)
            .with("fallS", 60)
            .with("backAtMinS", 60 + back);
    List<JsonValue> starts =
        IntStream.range(0, 4)
            .mapToObj(i -> JsonValue.object().with("tookS", 0.6 + i * 0.02))
            .toList();
    List<JsonValue> samples =
        IntStream.range(0, 9)
            .mapToObj(i -> JsonValue.object().with("s", i).with("agent", "X").with("all", 3))
            .toList();
    return new RunSummary(
        run("spike", 1, 40, 30)
            .json()
            .with("figures", figures)
            .with("starts", starts)
            .with("replicas", samples));
  }

  @Test
  void runsOfDifferentSimulationsAreRefused() {
    assertThatThrownBy(() -> Comparison.of(run("steady", 1, 1, 1), run("soak", 1, 1, 1)))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("steady");
  }
}
