package dev.nexusdelta.backup;

/**
 * One thing that is wrong with a document that should be a backup.
 *
 * @param agent whose entry it is, as written there; empty text = none's
 * @param pointer JSON pointer (RFC 6901); empty text = the whole document
 * @param message names the bad value and what was expected; never a value of {@code env}
 */
public record BackupFault(String agent, String pointer, String message) {
  /** For people: agent, place, message. */
  @Override
  public String toString() {
    return (agent.isEmpty() ? "" : "agent '" + agent + "', ")
        + (pointer.isEmpty() ? "" : pointer + ": ")
        + message;
  }
}
