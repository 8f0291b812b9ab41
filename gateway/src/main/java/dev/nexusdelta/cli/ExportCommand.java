package dev.nexusdelta.cli;

import dev.nexusdelta.cli.shell.Shell;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code nexus export}. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description = "Writes down the agents and their gateway for programs that start things.",
    subcommands = {ExportComposeCommand.class, ExportSystemdCommand.class})
final class ExportCommand implements Runnable {
  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the spec
  ExportCommand(Shell shell) {}

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "export needs a sub-command: nexus export compose, or nexus export systemd");
  }
}
