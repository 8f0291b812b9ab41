package dev.nexusdelta.sync;

/** The outside registry did not do what it was asked for. */
public final class RemoteFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Kind kind;

  /** What to do about it. */
  public enum Kind {
    /** The document has another update time: look again. */
    CONFLICT,
    /** Not allowed to: asking often will not help, somebody must act. */
    DENIED,
    /** This document can never be written: it is too large, say. */
    INVALID,
    /** Away, slow, or over a quota: later; a write may have been made all the same. */
    AWAY
  }

  /** With the words for people. */
  public RemoteFailure(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** What to do about it. */
  public Kind kind() {
    return kind;
  }
}
