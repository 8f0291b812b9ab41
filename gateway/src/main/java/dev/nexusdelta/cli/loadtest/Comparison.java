package dev.nexusdelta.cli.loadtest;

import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Table;
import dev.nexusdelta.sdk.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Two runs of one simulation, figure by figure. A difference counts if it is more than three
 * things: three standard errors of both runs together, so that fewer than one in a hundred is
 * chance; a tenth of the first value; and the figure's own resolution. The tenth stands for what
 * one run cannot know of itself: how much another run on the same machine differs. What was
 * measured once has no spread, and must differ by a fifth. Pure.
 */
public record Comparison(List<Line> lines) {
  private static final double ERRORS = 3;
  private static final double OWN_SHARE = 0.1;
  private static final double ONCE_SHARE = 0.2;

  /** How a figure changed. */
  public enum Judgement {
    /** By more than noise, to the good. */
    BETTER,
    /** Within noise. */
    SAME,
    /** By more than noise, to the bad. */
    WORSE
  }

  /**
   * One figure.
   *
   * @param noise differences up to this say nothing
   */
  public record Line(String name, double before, double after, double noise, Judgement judgement) {}

  /**
   * Sets the second run beside the first.
   *
   * @throws CommandFailure if they are of different simulations
   */
  public static Comparison of(RunSummary before, RunSummary after) {
    if (!before.simulation().equals(after.simulation())) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "a run of " + before.simulation() + " says nothing about one of " + after.simulation(),
          "name two runs of the same simulation");
    }
    Map<String, Figure> old = new LinkedHashMap<>();
    RunFigures.of(before).forEach(figure -> old.put(figure.name(), figure));
    List<Line> lines = new ArrayList<>();
    for (Figure figure : RunFigures.of(after)) {
      Figure was = old.get(figure.name());
      if (was != null) {
        lines.add(judge(was, figure));
      }
    }
    return new Comparison(List.copyOf(lines));
  }

  static Line judge(Figure before, Figure after) {
    double error = Math.hypot(before.spread(), after.spread());
    double share = error == 0 ? ONCE_SHARE : OWN_SHARE;
    double noise =
        Math.max(
            Math.max(ERRORS * error, share * Math.abs(before.value())),
            Math.max(before.resolution(), after.resolution()));
    double change = after.value() - before.value();
    boolean good = change > 0 == after.higherIsBetter();
    Judgement judgement =
        Math.abs(change) <= noise ? Judgement.SAME : good ? Judgement.BETTER : Judgement.WORSE;
    return new Line(after.name(), before.value(), after.value(), noise, judgement);
  }

  /** Whether something became worse. */
  public boolean worse() {
    return lines.stream().anyMatch(line -> line.judgement() == Judgement.WORSE);
  }

  /** For people. */
  public String table() {
    Table table = new Table("FIGURE", "A", "B", "NOISE", "VERDICT");
    lines.forEach(
        line ->
            table.row(
                line.name(),
                shown(line.before()),
                shown(line.after()),
                "±" + shown(line.noise()),
                line.judgement().name().toLowerCase(Locale.ROOT)));
    return table.toString();
  }

  /** For programs. */
  public JsonValue json() {
    List<JsonValue> figures =
        lines.stream()
            .map(
                line ->
                    JsonValue.object()
                        .with("figure", line.name())
                        .with("a", line.before())
                        .with("b", line.after())
                        .with("noise", line.noise())
                        .with("verdict", line.judgement().name().toLowerCase(Locale.ROOT)))
            .toList();
    return JsonValue.object().with("worse", worse()).with("figures", figures);
  }

  private static String shown(double value) {
    if (value == Math.rint(value)) {
      return Long.toString((long) value);
    }
    return String.format(Locale.ROOT, Math.abs(value) < 10 ? "%.2f" : "%.1f", value);
  }
}
