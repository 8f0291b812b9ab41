package dev.nexusdelta.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that does nothing but hold others. */
abstract class CommandGroup implements Runnable {
  private final String missing;
  @Spec private CommandSpec spec;

  /**
   * Holds the sub-commands that its annotation names.
   *
   * @param missing what is said where none of them is named
   */
  @SuppressWarnings("NullAway.Init") // picocli sets the spec
  CommandGroup(String missing) {
    this.missing = missing;
  }

  @Override
  public final void run() {
    throw new ParameterException(spec.commandLine(), missing);
  }
}
