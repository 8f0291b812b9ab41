package dev.nexusdelta.sdk;

import java.time.Duration;

/** The answer did not come in the time that this client allows; what was asked may still happen. */
public final class DeadlineException extends NexusException {
  private static final long serialVersionUID = 1L;

  DeadlineException(String what, Duration limit) {
    super(what + " took longer than the " + limit.toMillis() + " ms that this client waits");
  }
}
