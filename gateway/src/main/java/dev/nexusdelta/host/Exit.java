package dev.nexusdelta.host;

import java.util.List;
import java.util.OptionalInt;

/**
 * How a replica ended.
 *
 * @param code exit code (128 + signal as shells count); empty = unknown (adopted, or never started)
 * @param wanted the host was told to end it
 * @param reason one line for people: {@code exit code 1}, {@code killed by SIGKILL}, {@code cannot
 *     run python3: …}
 * @param lastLines the last log lines, at most 20
 */
public record Exit(OptionalInt code, boolean wanted, String reason, List<String> lastLines) {
  /** Copies the list. */
  public Exit {
    lastLines = List.copyOf(lastLines);
  }
}
