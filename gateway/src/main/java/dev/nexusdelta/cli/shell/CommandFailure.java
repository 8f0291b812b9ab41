package dev.nexusdelta.cli.shell;

/** Ends a command: an error line, a line that says what to try, and an exit code. */
public final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final ExitCode exitCode;
  private final String advice;

  /**
   * A failure for people to read.
   *
   * @param message names the thing, the bad value and what was expected; may have several lines
   * @param advice what to try, a command where there is one
   */
  public CommandFailure(ExitCode exitCode, String message, String advice) {
    super(message, null, false, false);
    this.exitCode = exitCode;
    this.advice = advice;
  }

  /** How the command ends. */
  public ExitCode exitCode() {
    return exitCode;
  }

  /** What to try. */
  public String advice() {
    return advice;
  }
}
