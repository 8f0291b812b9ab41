package dev.nexusdelta.host.docker;

import java.io.IOException;

/** The engine answered, but not with the stream that was asked for. */
final class RefusedException extends IOException {
  private static final long serialVersionUID = 1L;
  private static final int NOT_FOUND = 404;
  private static final int SERVER_ERROR = 500;
  private static final int NOT_IMPLEMENTED = 501;

  private final int status;

  /**
   * @param status of HTTP
   * @param answer what the engine said about it
   */
  RefusedException(String path, int status, String answer) {
    super("the engine answered GET %s with %d: %s".formatted(path, status, answer));
    this.status = status;
  }

  /** There is no such container. */
  boolean isMissing() {
    return status == NOT_FOUND;
  }

  /** Asking again will not help: the container is gone, or cannot do that. */
  boolean isFinal() {
    return status < SERVER_ERROR || status == NOT_IMPLEMENTED;
  }
}
