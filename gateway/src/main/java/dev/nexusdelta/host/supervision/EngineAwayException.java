package dev.nexusdelta.host.supervision;

/** The engine that runs replicas cannot be reached or does not answer; says how it looks. */
public final class EngineAwayException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Says what was tried and what happened. */
  public EngineAwayException(String message) {
    super(message);
  }
}
