package dev.nexusdelta.cli.compose;

import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.manifest.PlacedYaml;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is wrong with a compose file, and what of it cannot be taken over; each with its line. One
 * reading each.
 */
final class Findings {
  private final String file;
  private final List<String> faults = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final Map<String, Ignored> ignored = new LinkedHashMap<>();

  private record Ignored(int line, int count, String why) {}

  /**
   * Nothing found yet.
   *
   * @param file as messages name it
   */
  Findings(String file) {
    this.file = file;
  }

  /** Something is wrong: nothing will be made. */
  void fault(PlacedYaml at, String message) {
    faults.add(file + ":" + at.line() + ":" + at.column() + ": " + message);
  }

  /** Something is wrong in the line. */
  void fault(int line, String message) {
    faults.add(file + ":" + line + ": " + message);
  }

  /** People should know. */
  void note(int line, String message) {
    notes.add(file + ":" + line + ": " + message);
  }

  /** A key that has no effect; told once, however many services have it. */
  void ignore(String key, int line, String why) {
    ignored.merge(
        key,
        new Ignored(line, 1, why),
        (first, again) -> new Ignored(first.line(), first.count() + 1, first.why()));
  }

  /** All notes in the order of the text, then the keys that were left out. */
  List<String> notes() {
    List<String> all = new ArrayList<>(notes);
    ignored.forEach(
        (key, found) ->
            all.add(
                file
                    + ":"
                    + found.line()
                    + ": '"
                    + key
                    + "' is not taken over"
                    + (found.count() > 1 ? " (nor in " + (found.count() - 1) + " more)" : "")
                    + ": "
                    + found.why()));
    return all;
  }

  /** Ends the command if there is a fault. */
  void check() {
    if (!faults.isEmpty()) {
      throw new CommandFailure(
          ExitCode.REFUSED,
          String.join("\n", faults),
          "correct the file, or name the services that are agents: nexus create NAME…"
              + " --from-compose "
              + file);
    }
  }
}
