package dev.nexusdelta.fleet;

import dev.nexusdelta.manifest.AgentName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Work that was accepted and takes its time: start, stop, restart, scale, replacement after a
 * change. Immutable; a finished one is kept for an hour.
 *
 * @param kind {@code start stop restart scale change delete}
 * @param revision the spec revision that it brings about
 * @param state running, done, failed
 * @param detail what is going on, or the cause of the failure
 * @param lastLines log lines that explain a failure
 */
public record Operation(
    String id,
    String kind,
    AgentName agent,
    long revision,
    State state,
    String detail,
    List<String> lastLines,
    Instant started,
    Optional<Instant> ended) {
  /** Where it stands. */
  public enum State {
    /** Under way. */
    RUNNING,
    /** It holds. */
    DONE,
    /** It will not come about by itself. */
    FAILED
  }

  /** Copies the list. */
  public Operation {
    lastLines = List.copyOf(lastLines);
  }
}
