package dev.nexusdelta.cli;

import dev.nexusdelta.cli.shell.Table;
import dev.nexusdelta.cli.shell.Times;
import dev.nexusdelta.sdk.JsonValue;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Tells how many replicas an agent has by its load, and why. Pure. */
final class ScalingStory {
  private final JsonValue scaling;
  private final StringBuilder text = new StringBuilder();

  private ScalingStory(JsonValue scaling) {
    this.scaling = scaling;
  }

  /** The story of an answer of {@code /api/v1/agents/{name}/scaling}. */
  static String of(JsonValue scaling) {
    ScalingStory story = new ScalingStory(scaling);
    story.present();
    story.decisions();
    story.replay();
    return story.text.toString();
  }

  /** The rule in force in a few words, such as {@code by load, 1 to 4, 20 calls/s each}. */
  static String rule(JsonValue scaling) {
    return switch (scaling.get("mode").text()) {
      case "auto" ->
          "by load, "
              + bounds(
                  scaling.get("min"),
                  scaling.get("max"),
                  scaling.get("targets", "rps"),
                  scaling.get("targets", "concurrency"),
                  scaling.get("window"));
      case "pinned" -> "set by hand";
      case "stopped" -> "stopped";
      default -> "not by load";
    };
  }

  private static String bounds(
      JsonValue min, JsonValue max, JsonValue rps, JsonValue concurrency, JsonValue window) {
    StringBuilder said = new StringBuilder(min.text() + " to " + max.text());
    if (rps.isPresent()) {
      said.append(", ").append(figure(rps)).append(" calls/s each");
    }
    if (concurrency.isPresent()) {
      said.append(", ").append(figure(concurrency)).append(" calls in flight each");
    }
    return said.append(", window ").append(window.text()).toString();
  }

  private void present() {
    text.append(scaling.get("agent").text()).append(": ").append(rule(scaling)).append('\n');
    text.append(scaling.get("summary").text()).append('\n');
    text.append("now ")
        .append(scaling.get("desired").text())
        .append(" wanted, ")
        .append(scaling.get("ready").text())
        .append(" ready, ")
        .append(scaling.get("starting").text())
        .append(" starting");
    List<JsonValue> load = scaling.get("load").items();
    if (!load.isEmpty()) {
      JsonValue last = load.get(0);
      text.append("; in the last second ")
          .append(last.get("calls").text())
          .append(" calls, ")
          .append(figure(last.get("concurrency")))
          .append(" in flight, ")
          .append(last.get("waiting").text())
          .append(" waiting");
    }
    text.append('\n');
    if (!scaling.get("leads").truth(true)) {
      text.append("another gateway decides; what stands below this one decided while it led\n");
    }
    if (!scaling.get("hint").text().isEmpty()) {
      text.append("try: ").append(scaling.get("hint").text()).append('\n');
    }
  }

  private void decisions() {
    List<JsonValue> decisions = scaling.get("decisions").items();
    if (decisions.isEmpty()) {
      return;
    }
    Table table =
        new Table(
            "AT", "FOR", "FROM -> TO", "CAUSE", "CALLS/S", "IN FLIGHT", "WAITING", "READY", "WHY");
    for (JsonValue decision : decisions) {
      JsonValue load = decision.get("load");
      table.row(
          Times.millis(decision.get("at").text()),
          lasted(decision),
          fromTo(decision),
          decision.get("cause").text(),
          figure(load.get("brief", "rps")),
          figure(load.get("brief", "concurrency")),
          load.get("waiting").text(),
          decision.get("ready").text(),
          why(decision));
    }
    text.append('\n').append(table);
  }

  private static String lasted(JsonValue decision) {
    if (decision.get("count").integer(1) == 1) {
      return "";
    }
    return Times.shown(
        Duration.between(
            Instant.parse(decision.get("at").text()), Instant.parse(decision.get("until").text())));
  }

  private static String fromTo(JsonValue change) {
    String from = change.get("from").text();
    String to = change.get("to").text();
    return from.equals(to) ? to : from + " -> " + to;
  }

  private static String why(JsonValue decision) {
    String bound = decision.get("bound").text();
    return decision.get("reason").text() + (bound.isEmpty() ? "" : " [bound by " + bound + "]");
  }

  private void replay() {
    JsonValue replay = scaling.get("replay");
    if (!replay.isPresent()) {
      return;
    }
    JsonValue settings = replay.get("settings");
    text.append("\nthe last ")
        .append(Times.shown(Duration.ofSeconds(replay.get("seconds").integer(0))))
        .append(" of load again with ")
        .append(
            bounds(
                settings.get("min"),
                settings.get("max"),
                settings.get("targetRps"),
                settings.get("targetConcurrency"),
                settings.get("window")))
        .append('\n');
    Table table = new Table("", "MOST", "REPLICA SECONDS", "SECONDS WITH TOO FEW", "CHANGES");
    outcome(table, "it would have been", replay.get("would"));
    outcome(table, "it was", replay.get("did"));
    text.append(table);
    changes("what would have been", replay.get("would", "changes").items());
    changes("what was", replay.get("did", "changes").items());
  }

  private static void outcome(Table table, String name, JsonValue outcome) {
    table.row(
        name,
        outcome.get("peak").text(),
        outcome.get("replicaSeconds").text(),
        outcome.get("shortSeconds").text(),
        Integer.toString(outcome.get("changes").items().size()));
  }

  private void changes(String title, List<JsonValue> changes) {
    if (changes.isEmpty()) {
      return;
    }
    Table table = new Table("AT", "FROM -> TO", "CAUSE", "WHY");
    List<JsonValue> newestFirst = new ArrayList<>(changes);
    Collections.reverse(newestFirst);
    for (JsonValue change : newestFirst) {
      table.row(
          change.get("at").text(),
          fromTo(change),
          change.get("cause").text(),
          change.get("reason").text());
    }
    text.append('\n').append(title).append('\n').append(table);
  }

  /** With as many decimals as matter. */
  private static String figure(JsonValue number) {
    if (!number.isPresent() || number.text().isEmpty()) {
      return "";
    }
    double value = Double.parseDouble(number.text());
    if (value == Math.rint(value)) {
      return String.format(Locale.ROOT, "%.0f", value);
    }
    return String.format(Locale.ROOT, value >= 10 ? "%.1f" : "%.2f", value);
  }
}
