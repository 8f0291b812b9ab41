package dev.nexusdelta.agent.json;

/** The text is no JSON, or none that is accepted: says what is wrong and where. */
public final class MalformedJsonException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final int line;
  private final int column;

  /** A fault of the text as a whole. */
  public MalformedJsonException(String detail) {
    this(detail, 1, 1);
  }

  MalformedJsonException(String detail, int line, int column) {
    super(detail + " (line " + line + ", column " + column + ")", null, false, false);
    this.line = line;
    this.column = column;
  }

  /** Line of the fault, from 1. */
  public int line() {
    return line;
  }

  /** Column of the fault, from 1. */
  public int column() {
    return column;
  }
}
