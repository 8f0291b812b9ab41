package dev.nexusdelta.agent;

import dev.nexusdelta.agent.tools.ToolFailure;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A tool's failure that the caller shall read: its message is sent as it stands. Any other
 * exception is answered with 500 and an id, and stays in the log.
 */
public final class ToolException extends RuntimeException implements ToolFailure {
  private static final long serialVersionUID = 1L;
  private static final Pattern CODE = Pattern.compile("[a-z][a-z0-9_]{0,63}");

  private final int status;
  private final String code;

  /** Status 422, code {@code tool_failed}: the parameters are well formed, but of no use. */
  public ToolException(String message) {
    this(422, "tool_failed", message);
  }

  /**
   * @param status 400 to 599
   * @param code stable, for programs, like {@code division_by_zero}
   * @param message for people: name, bad value, what was expected
   */
  public ToolException(int status, String code, String message) {
    this(status, code, message, null);
  }

  /** With a cause for the log. */
  public ToolException(int status, String code, String message, @Nullable Throwable cause) {
    super(message, cause);
    if (status < 400 || status > 599) {
      throw new IllegalArgumentException(
          "status " + status + " is no failure: expected 400 to 599");
    }
    if (!CODE.matcher(code).matches()) {
      throw new IllegalArgumentException("code \"" + code + "\" does not match " + CODE);
    }
    this.status = status;
    this.code = code;
  }

  @Override
  public int status() {
    return status;
  }

  @Override
  public String code() {
    return code;
  }
}
