package dev.nexusdelta.host;

import java.util.List;

/** The code of an agent does not build. */
public final class BuildFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final transient List<Diagnostic> diagnostics;

  /**
   * One fault of the code.
   *
   * @param file path relative to the agent's folder
   * @param line from 1, 0 = unknown
   * @param column from 1, 0 = unknown
   */
  public record Diagnostic(String file, int line, int column, String message) {
    @Override
    public String toString() {
      return line == 0 ? file + ": " + message : file + ":" + line + ":" + column + ": " + message;
    }
  }

  /** Says what is wrong where. */
  public BuildFailedException(String message, List<Diagnostic> diagnostics) {
    super(message);
    this.diagnostics = List.copyOf(diagnostics);
  }

  /** The faults with their places; may be empty. */
  public List<Diagnostic> diagnostics() {
    return diagnostics;
  }
}
