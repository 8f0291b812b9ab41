package dev.nexusdelta.cli;

import dev.nexusdelta.cli.folder.AgentFolder;
import dev.nexusdelta.cli.process.SecretFile;
import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Which secret of which agent is meant, and the folders of both. */
final class SecretArguments {
  @Mixin private GatewayOptions gateway = new GatewayOptions();

  @Parameters(index = "0", paramLabel = "AGENT", description = "name of the agent")
  private String agent = "";

  @Parameters(index = "1", paramLabel = "NAME", description = "name of the variable")
  private String name = "";

  /** The agent's name as typed. */
  String agent() {
    return agent;
  }

  /** The agent's name as the file of secrets has it, if it and the variable's can be names. */
  String checkedKey() {
    String key = AgentFolder.checked(agent).key();
    if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
      throw new CommandFailure(
          ExitCode.REFUSED,
          "'" + name + "' is no name of an environment variable",
          "letters, digits and underscores, such as OPENAI_API_KEY");
    }
    return key;
  }

  /** The variable's name. */
  String name() {
    return name;
  }

  SecretFile file(Shell shell) {
    return new SecretFile(gateway.settings(shell).data());
  }

  AgentFolder folder(Shell shell) {
    return AgentFolder.of(gateway.settings(shell).agents(), agent);
  }
}
