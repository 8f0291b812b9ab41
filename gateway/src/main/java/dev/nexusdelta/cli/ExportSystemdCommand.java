package dev.nexusdelta.cli;

import dev.nexusdelta.cli.export.SystemdUnit;
import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nexus export systemd}. */
@Command(
    name = "systemd",
    mixinStandardHelpOptions = true,
    description = {
      "Prints a systemd unit for the gateway of this folder.",
      "Agents survive its restarts; systemctl stop ends the gateway alone, nexus down all."
    },
    footer = {
      "",
      "Example: nexus export systemd | sudo tee /etc/systemd/system/nexus-delta.service"
    })
final class ExportSystemdCommand implements Callable<Integer> {
  private final Shell shell;
  @Mixin private FolderOptions folders = new FolderOptions();

  @Option(names = "--user", description = "for your own manager (systemctl --user), without root")
  private boolean user;

  ExportSystemdCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    folders.settings(shell); // a unit that could not start helps nobody
    List<String> command = new ArrayList<>(List.of(launcher().toString(), "up"));
    folders
        .flags()
        .forEach(
            (key, value) -> {
              command.add("--" + key);
              command.add(shell.cwd().resolve(value).normalize().toString());
            });
    SystemdUnit unit =
        new SystemdUnit(
            command, shell.cwd(), shell.cwd().resolve("nexus.env"), user ? "" : account());
    shell.out().print(unit.text());
    shell.out().flush();
    hints();
    return ExitCode.OK.number();
  }

  private void hints() {
    String file = SystemdUnit.NAME;
    if (user) {
      shell.say("install: mkdir -p ~/.config/systemd/user");
      shell.say("         nexus export systemd --user > ~/.config/systemd/user/" + file);
      shell.say("start:   systemctl --user daemon-reload && systemctl --user enable --now " + file);
      shell.say("at boot: loginctl enable-linger");
    } else {
      shell.say("install: nexus export systemd | sudo tee /etc/systemd/system/" + file);
      shell.say("start:   sudo systemctl daemon-reload && sudo systemctl enable --now " + file);
    }
    shell.say("end:     nexus down ends gateway and agents; systemctl stop the gateway alone");
  }

  /** The account that owns the folder: the gateway writes there. */
  private String account() {
    try {
      return Files.getOwner(shell.cwd()).getName();
    } catch (IOException | UnsupportedOperationException e) {
      throw new CommandFailure(
          ExitCode.FAILED,
          "cannot find out who owns " + shell.cwd() + ": " + e.getMessage(),
          "nexus export systemd --user");
    }
  }

  private Path launcher() {
    Path program = Path.of(shell.program());
    if (program.isAbsolute() || program.getNameCount() > 1) {
      return existing(shell.cwd().resolve(program).normalize());
    }
    for (String folder : shell.env().getOrDefault("PATH", "").split(":")) {
      Path candidate = Path.of(folder.isEmpty() ? "." : folder).resolve(program);
      if (Files.isExecutable(candidate)) {
        return shell.cwd().resolve(candidate).normalize();
      }
    }
    return existing(shell.cwd().resolve(program));
  }

  private static Path existing(Path launcher) {
    if (!Files.isExecutable(launcher)) {
      throw new CommandFailure(
          ExitCode.FAILED,
          "the launcher " + launcher + " is no program that can be started",
          "call this command by the launcher: ./nexus export systemd");
    }
    return launcher;
  }
}
