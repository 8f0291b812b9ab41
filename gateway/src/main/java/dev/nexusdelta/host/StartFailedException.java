package dev.nexusdelta.host;

/** A replica could not be started; the message says why and what to do, and holds no secret. */
public final class StartFailedException extends Exception {
  private static final long serialVersionUID = 1L;

  public StartFailedException(String message) {
    super(message);
  }
}
