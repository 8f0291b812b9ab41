package dev.nexusdelta.host;

/**
 * A host was asked for something that its engine must do, and the engine cannot be reached now. No
 * fault of the agent's: it may be asked again once {@link ReplicaHost#trouble()} is over.
 */
public final class HostAwayException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Without a stack: it says all.
   *
   * @param reason as {@link ReplicaHost#trouble()} tells it
   */
  public HostAwayException(String reason) {
    super(reason, null, false, false);
  }
}
