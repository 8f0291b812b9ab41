package dev.nexusdelta.sdk;

/**
 * A request to the gateway did not bring what was asked for. Its kinds: {@link ProblemException}
 * (the gateway or an agent answered with an error), {@link ToolException} (the tool itself failed),
 * {@link UnreachableException}, {@link DeadlineException}.
 */
public abstract sealed class NexusException extends RuntimeException
    permits ProblemException, ToolException, UnreachableException, DeadlineException {
  private static final long serialVersionUID = 1L;

  NexusException(String message) {
    super(message);
  }

  NexusException(String message, Throwable cause) {
    super(message, cause);
  }
}
