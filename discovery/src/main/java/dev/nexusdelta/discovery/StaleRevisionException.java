package dev.nexusdelta.discovery;

import dev.nexusdelta.manifest.AgentName;

/** The agent was changed by somebody else since it was read. */
public final class StaleRevisionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Names both revisions. */
  public StaleRevisionException(AgentName agent, long expected, long found) {
    super(
        "agent '"
            + agent
            + "' is at revision "
            + found
            + ", not "
            + expected
            + ": read it again and repeat the change");
  }
}
