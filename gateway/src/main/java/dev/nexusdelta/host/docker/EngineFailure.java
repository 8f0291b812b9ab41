package dev.nexusdelta.host.docker;

import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;

/** Why the engine did not do what it was asked for, in kinds that a caller can tell apart. */
abstract sealed class EngineFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private EngineFailure(String message, Throwable cause) {
    super(message, cause);
  }

  /** Nobody answers: down, hung, restarting. Whether the work was done is not known. */
  static final class Away extends EngineFailure {
    private static final long serialVersionUID = 1L;

    Away(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** There is no such container, image, network or volume. */
  static final class NotFound extends EngineFailure {
    private static final long serialVersionUID = 1L;

    private NotFound(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The name is taken, or the thing is in use. */
  static final class Conflict extends EngineFailure {
    private static final long serialVersionUID = 1L;

    private Conflict(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The engine said no, for the reason that the message tells. */
  static final class Refused extends EngineFailure {
    private static final long serialVersionUID = 1L;

    Refused(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Sorts what a client threw.
   *
   * @param what was tried, for people: {@code create container nexus-agent-x}
   */
  static EngineFailure of(String what, Throwable thrown) {
    if (thrown instanceof EngineFailure known) {
      return known;
    }
    if (thrown instanceof DockerException answered) {
      String said = said(answered);
      if (answered instanceof NotFoundException) {
        return new NotFound("cannot " + what + ": " + said, thrown);
      }
      if (answered instanceof ConflictException) {
        return new Conflict("cannot " + what + ": " + said, thrown);
      }
      // The engine answers, but what runs its containers does not.
      return answered.getHttpStatus() >= 500 && said.endsWith(": unavailable")
          ? new Away("cannot " + what + ": " + said, thrown)
          : new Refused("cannot " + what + ": " + said, thrown);
    }
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException) {
        return new Away("cannot " + what + ": the engine does not answer: " + text(cause), thrown);
      }
    }
    return new Refused("cannot " + what + ": " + text(thrown), thrown);
  }

  /** The engine's own words, without status and JSON. */
  private static String said(DockerException answered) {
    String text = String.valueOf(answered.getMessage());
    String prefix = "Status " + answered.getHttpStatus() + ": ";
    String body = text.startsWith(prefix) ? text.substring(prefix.length()).strip() : text;
    try {
      return new JsonObject(body).getString("message", body).strip();
    } catch (DecodeException | ClassCastException plain) {
      return body.isEmpty() ? "status " + answered.getHttpStatus() : body;
    }
  }

  private static String text(Throwable thrown) {
    String message = thrown.getMessage();
    return message == null || message.isBlank() ? thrown.getClass().getSimpleName() : message;
  }
}
