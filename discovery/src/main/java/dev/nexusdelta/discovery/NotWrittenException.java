package dev.nexusdelta.discovery;

/** The cluster cannot write now; nothing was changed, and it is safe to repeat the change. */
public final class NotWrittenException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says why. */
  public NotWrittenException(String why) {
    super("nothing was changed: " + why);
  }
}
