package dev.nexusdelta.cli;

import dev.nexusdelta.app.Settings;
import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.cli.shell.Table;
import dev.nexusdelta.sdk.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code nexus config}. */
@Command(
    name = "config",
    mixinStandardHelpOptions = true,
    description = {
      "Shows and checks the configuration: flag, then environment, then nexus.yaml, then default."
    },
    subcommands = {
      ConfigCommand.Show.class,
      ConfigCommand.Check.class,
      ConfigCommand.Explain.class
    })
final class ConfigCommand extends CommandGroup {
  ConfigCommand() {
    super("config needs a sub-command: show, check or explain");
  }

  private static JsonValue document(List<Settings.Entry> entries) {
    List<JsonValue> rows = new ArrayList<>();
    for (Settings.Entry entry : entries) {
      rows.add(
          JsonValue.object()
              .with("key", entry.key())
              .with("value", entry.value())
              .with("source", entry.source()));
    }
    return JsonValue.object().with("config", rows);
  }

  private static String table(JsonValue document) {
    Table table = new Table("KEY", "VALUE", "SOURCE");
    for (JsonValue row : document.get("config").items()) {
      table.row(row.get("key").text(), row.get("value").text(), row.get("source").text());
    }
    return table.toString();
  }

  /** {@code nexus config show}. */
  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description =
          "Shows every key with its value and source: of the gateway that runs, or of one"
              + " started here now.")
  static final class Show implements Callable<Integer> {
    private final Shell shell;
    @Mixin private GatewayOptions gateway = new GatewayOptions();
    @Mixin private OutputOption output = new OutputOption();

    Show(Shell shell) {
      this.shell = shell;
    }

    @Override
    public Integer call() {
      Settings settings = gateway.settings(shell);
      JsonValue document;
      if (gateway.isMeant(shell, settings.data())) {
        Connection connection = gateway.connect(shell);
        document = connection.admin().config();
        shell.say("in force in the gateway on " + connection.url());
      } else {
        document = document(settings.entries());
        shell.say("no gateway runs: what one started here would use");
      }
      output.print(shell, document, () -> table(document));
      return ExitCode.OK.number();
    }
  }

  /** {@code nexus config check}. */
  @Command(
      name = "check",
      mixinStandardHelpOptions = true,
      description = "Checks nexus.yaml, environment and flags; exit code 5 if something is wrong.")
  static final class Check implements Callable<Integer> {
    private final Shell shell;
    @Mixin private GatewayOptions gateway = new GatewayOptions();

    Check(Shell shell) {
      this.shell = shell;
    }

    @Override
    public Integer call() {
      try {
        gateway.settings(shell).checkFiles();
      } catch (dev.nexusdelta.app.SettingsException e) {
        throw new CommandFailure(
            ExitCode.REFUSED,
            String.join("\n", e.faults()),
            "correct the value where it comes from; nexus config explain KEY says what a key means");
      }
      shell.out().println("the configuration is in order");
      return ExitCode.OK.number();
    }
  }

  /** {@code nexus config explain}. */
  @Command(
      name = "explain",
      mixinStandardHelpOptions = true,
      description = "Says what a key means, its value, its source and its default.")
  static final class Explain implements Callable<Integer> {
    private final Shell shell;
    @Mixin private GatewayOptions gateway = new GatewayOptions();

    @Parameters(paramLabel = "KEY", description = "such as listen or cluster.port")
    private String key = "";

    Explain(Shell shell) {
      this.shell = shell;
    }

    @Override
    public Integer call() {
      List<Settings.Entry> entries = gateway.settings(shell).entries();
      for (Settings.Entry entry : entries) {
        if (entry.key().equals(key)) {
          shell.out().println(entry.key() + ": " + entry.description());
          shell.out().println("value:       " + shown(entry.value()));
          shell.out().println("source:      " + entry.source());
          shell.out().println("default:     " + shown(entry.defaultValue()));
          shell
              .out()
              .println(
                  "environment: NEXUS_"
                      + key.toUpperCase(java.util.Locale.ROOT).replace('.', '_').replace('-', '_'));
          return ExitCode.OK.number();
        }
      }
      throw new CommandFailure(
          ExitCode.NOT_FOUND,
          "there is no key '" + key + "'",
          "one of " + String.join(", ", entries.stream().map(Settings.Entry::key).toList()));
    }

    private static String shown(String value) {
      return value.isEmpty() ? "(empty)" : value;
    }
  }
}
