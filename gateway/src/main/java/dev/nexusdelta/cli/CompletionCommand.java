package dev.nexusdelta.cli;

import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code nexus completion}. */
@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    description = "Prints a script that completes commands and options in bash or zsh.",
    footer = {"", "bash: source <(nexus completion bash)", "zsh:  source <(nexus completion zsh)"})
final class CompletionCommand implements Callable<Integer> {
  private final Shell shell;

  @Parameters(paramLabel = "SHELL", description = "bash or zsh")
  private String kind = "";

  CompletionCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    if (!kind.equals("bash") && !kind.equals("zsh")) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "there is a completion for bash and for zsh, not for '" + kind + "'",
          "nexus completion bash");
    }
    if (kind.equals("zsh")) {
      shell.out().println("autoload -U +X compinit && compinit");
      shell.out().println("autoload -U +X bashcompinit && bashcompinit");
    }
    shell.out().println(AutoComplete.bash("nexus", Commands.line(shell, Commands.NAMES)));
    return ExitCode.OK.number();
  }
}
