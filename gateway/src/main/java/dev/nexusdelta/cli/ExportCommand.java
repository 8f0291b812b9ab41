package dev.nexusdelta.cli;

import picocli.CommandLine.Command;

/** {@code nexus export}. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description = "Writes down the agents and their gateway for programs that start things.",
    subcommands = {ExportComposeCommand.class, ExportSystemdCommand.class})
final class ExportCommand extends CommandGroup {
  ExportCommand() {
    super("export needs a sub-command: nexus export compose, or nexus export systemd");
  }
}
