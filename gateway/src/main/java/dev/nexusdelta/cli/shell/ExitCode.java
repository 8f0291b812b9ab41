package dev.nexusdelta.cli.shell;

/** How a command ended, for scripts. The numbers are API. */
public enum ExitCode {
  /** What was asked for holds. */
  OK(0),
  /** It failed. */
  FAILED(1),
  /** The command line is wrong. */
  USAGE(2),
  /** There is no such agent, tool, operation. */
  NOT_FOUND(3),
  /** Something else stands there already, or was changed meanwhile. */
  CONFLICT(4),
  /** A name, a manifest or parameters are refused. */
  REFUSED(5),
  /** It took too long; it may still happen. */
  TIMED_OUT(6),
  /** No gateway answers. */
  UNREACHABLE(7),
  /** The token or key is missing or not enough. */
  NOT_AUTHORISED(8),
  /** Some of it was done. */
  PARTLY(9),
  /** The tool was called and returned an error. */
  TOOL_ERROR(10);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  /** The process exit code. */
  public int number() {
    return number;
  }
}
