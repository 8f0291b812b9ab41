package dev.nexusdelta.cli;

import dev.nexusdelta.cli.shell.Shell;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The list of commands, in the order of the help text. */
final class Commands {
  /** Those that people see. */
  static final List<String> NAMES =
      List.of(
          "up",
          "down",
          "demo",
          "create",
          "start",
          "stop",
          "start-all",
          "stop-all",
          "restart",
          "delete",
          "apply",
          "dev",
          "list",
          "describe",
          "top",
          "events",
          "logs",
          "call",
          "explain",
          "tools",
          "scale",
          "register",
          "market",
          "gateways",
          "drain",
          "forget",
          "loadtest",
          "keys",
          "secret",
          "sync",
          "backup",
          "restore",
          "export",
          "doctor",
          "config",
          "completion",
          "version");

  private Commands() {}

  /** A command line that knows these commands. */
  static CommandLine line(Shell shell, List<String> names) {
    CommandLine line = new CommandLine(new Root(), new Factory(shell));
    for (String name : names) {
      line.addSubcommand(name, command(name, shell));
    }
    if (names.size() > 1) {
      line.addSubcommand(new CommandLine.HelpCommand());
    }
    return line;
  }

  private static Object command(String name, Shell shell) {
    return switch (name) {
      case "up" -> new UpCommand(shell);
      case "down" -> new DownCommand(shell);
      case "demo" -> new DemoCommand(shell);
      case "create" -> new CreateCommand(shell);
      case "start" -> new StartCommand(shell);
      case "stop" -> new StopCommand(shell);
      case "start-all" -> new StartAllCommand(shell);
      case "stop-all" -> new StopAllCommand(shell);
      case "restart" -> new RestartCommand(shell);
      case "delete" -> new DeleteCommand(shell);
      case "apply" -> new ApplyCommand(shell);
      case "dev" -> new DevCommand(shell);
      case "list" -> new ListCommand(shell);
      case "describe" -> new DescribeCommand(shell);
      case "top" -> new TopCommand(shell);
      case "events" -> new EventsCommand(shell);
      case "logs" -> new LogsCommand(shell);
      case "call" -> new CallCommand(shell);
      case "explain" -> new ExplainCommand();
      case "tools" -> new ToolsCommand(shell);
      case "scale" -> new ScaleCommand(shell);
      case "register" -> new RegisterCommand(shell);
      case "market" -> new MarketCommand(shell);
      case "gateways" -> new GatewaysCommand(shell);
      case "drain" -> new DrainCommand(shell);
      case "forget" -> new ForgetCommand(shell);
      case "loadtest" -> new LoadtestCommand(shell);
      case "keys" -> new KeysCommand();
      case "secret" -> new SecretCommand();
      case "sync" -> new SyncCommand(shell);
      case "backup" -> new BackupCommand(shell);
      case "restore" -> new RestoreCommand(shell);
      case "export" -> new ExportCommand();
      case "doctor" -> new DoctorCommand(shell);
      case "config" -> new ConfigCommand();
      case "completion" -> new CompletionCommand(shell);
      case "version" -> new VersionCommand(shell);
      default -> throw new IllegalArgumentException("no command is called " + name);
    };
  }

  /** What is said before any command. */
  @Command(
      name = "nexus",
      mixinStandardHelpOptions = true,
      versionProvider = VersionCommand.Provider.class,
      synopsisSubcommandLabel = "COMMAND",
      description = "Runs agents behind one gateway, and calls their tools.",
      footer = {
        "",
        "First steps:  nexus create --name MyAgent     nexus start --name MyAgent     nexus list",
        "Exit codes:   0 ok, 1 failed, 2 usage, 3 not found, 4 conflict, 5 refused, 6 timed out,",
        "              7 no gateway, 8 not authorised, 9 partly done, 10 the tool returned an error"
      })
  static final class Root {}

  /** Sub-commands get the shell too. */
  private record Factory(Shell shell) implements CommandLine.IFactory {
    @Override
    public <K> K create(Class<K> type) throws Exception {
      try {
        var constructor = type.getDeclaredConstructor(Shell.class);
        constructor.setAccessible(true);
        return constructor.newInstance(shell);
      } catch (NoSuchMethodException e) {
        return CommandLine.defaultFactory().create(type);
      }
    }
  }
}
