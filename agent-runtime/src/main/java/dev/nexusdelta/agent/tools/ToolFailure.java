package dev.nexusdelta.agent.tools;

/** A failure that the author chose to tell the caller. */
public interface ToolFailure {
  /** HTTP status, 400 to 599. */
  int status();

  /** Stable code, for programs. */
  String code();
}
