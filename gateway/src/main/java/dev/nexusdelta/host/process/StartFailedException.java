package dev.nexusdelta.host.process;

/** A replica could not be started; the message says why and what to do, and holds no secret. */
final class StartFailedException extends Exception {
  private static final long serialVersionUID = 1L;

  StartFailedException(String message) {
    super(message);
  }
}
