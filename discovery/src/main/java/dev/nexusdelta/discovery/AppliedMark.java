package dev.nexusdelta.discovery;

import java.util.Optional;

/**
 * What {@link AgentSpec#appliedHash} says: whose word the agent's address is, and which file was
 * applied last. Both in one text, so that gateways and backups of an older version, which know of
 * files only, keep whole what they do not understand.
 *
 * @param fileHash content hash of the file last applied; empty = never came from a file
 */
public record AppliedMark(Origin origin, Optional<String> fileHash) {

  /** Whose word it is where an agent runs. */
  public enum Origin {
    /** The operator's: it may be called wherever it is. */
    OPERATOR(""),
    /** Somebody's who registered a card. */
    CARD("card:"),
    /** That of a document in the registry outside. */
    DOCUMENT("document:");

    private final String prefix;

    Origin(String prefix) {
      this.prefix = prefix;
    }
  }

  static AppliedMark of(Optional<String> appliedHash) {
    String text = appliedHash.orElse("");
    for (Origin origin : Origin.values()) {
      if (!origin.prefix.isEmpty() && text.startsWith(origin.prefix)) {
        String rest = text.substring(origin.prefix.length());
        return new AppliedMark(origin, Optional.of(rest).filter(hash -> !hash.isEmpty()));
      }
    }
    return new AppliedMark(Origin.OPERATOR, appliedHash);
  }

  /** The same file, and somebody else's word. */
  public AppliedMark by(Origin other) {
    return new AppliedMark(other, fileHash);
  }

  /** As {@link AgentSpec#appliedHash} holds it. */
  public Optional<String> text() {
    return origin == Origin.OPERATOR ? fileHash : Optional.of(origin.prefix + fileHash.orElse(""));
  }
}
