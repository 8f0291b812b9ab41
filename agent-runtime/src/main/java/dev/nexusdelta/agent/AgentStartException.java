package dev.nexusdelta.agent;

import org.jspecify.annotations.Nullable;

/** The agent cannot start. The message says why and what to do. */
public final class AgentStartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  AgentStartException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
