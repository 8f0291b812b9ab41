package dev.nexusdelta.cli.loadtest;

import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Table;
import dev.nexusdelta.sdk.JsonFormatException;
import dev.nexusdelta.sdk.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What a run of a simulation left, as the simulation wrote it. */
public record RunSummary(JsonValue json) {
  /** Its name in the folder of a run. */
  public static final String FILE = "summary.json";

  private static final int SCHEMA = 1;

  /**
   * Reads a summary, or that of the run in a folder.
   *
   * @throws CommandFailure if it is none
   */
  public static RunSummary read(Path path) {
    Path file = Files.isDirectory(path) ? path.resolve(FILE) : path;
    try {
      JsonValue json = JsonValue.parse(Files.readString(file));
      if (json.get("schema").integer(0) != SCHEMA || !json.get("windows").isArray()) {
        throw new CommandFailure(
            ExitCode.USAGE,
            file + " is no summary of a load test, or one of another version",
            "name the folder of a run, or its " + FILE);
      }
      return new RunSummary(json);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.USAGE,
          file + " cannot be read: " + e.getMessage(),
          "name the folder of a run, or its " + FILE);
    } catch (JsonFormatException e) {
      throw new CommandFailure(
          ExitCode.USAGE, file + " is no JSON: " + e.getMessage(), "name the folder of a run");
    }
  }

  /** Which simulation it was. */
  public String simulation() {
    return json.get("simulation").text();
  }

  /** Whether every promise was kept. */
  public boolean held() {
    return json.get("held").truth(false);
  }

  /** Figures and verdict, for people. */
  public String verdict() {
    StringBuilder text = new StringBuilder();
    Table tools = new Table("TOOL", "OK", "FAILED", "P50 ms", "P95 ms", "P99 ms", "MAX ms");
    json.get("tools").items().forEach(tool -> tools.row(row(tool, tool.get("tool").text())));
    text.append(tools);
    List<JsonValue> phases = json.get("phases").items();
    if (phases.size() > 1) {
      Table table = new Table("PHASE", "OK", "FAILED", "P50 ms", "P95 ms", "P99 ms", "MAX ms");
      phases.stream()
          .filter(phase -> phase.get("begun").integer(0) > 0)
          .forEach(phase -> table.row(row(phase, phase.get("name").text())));
      text.append('\n').append(table);
    }
    json.get("failures").items().stream()
        .map(failure -> failure.get("calls").text() + " failed: " + failure.get("reason").text())
        .forEach(line -> text.append('\n').append(line));
    for (Map.Entry<String, JsonValue> figure : json.get("figures").fields().entrySet()) {
      text.append('\n').append(figure.getKey()).append(": ").append(figure.getValue().text());
    }
    text.append('\n');
    json.get("slos").items().forEach(slo -> text.append(slo.get("line").text()).append('\n'));
    return text.append(held() ? "held\n" : "NOT HELD\n").toString();
  }

  private static String[] row(JsonValue cell, String name) {
    return new String[] {
      name,
      cell.get("ok").text(),
      cell.get("failed").text(),
      cell.get("p50Ms").text(),
      cell.get("p95Ms").text(),
      cell.get("p99Ms").text(),
      cell.get("maxMs").text()
    };
  }
}
