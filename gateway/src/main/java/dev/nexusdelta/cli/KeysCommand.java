package dev.nexusdelta.cli;

import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.cli.shell.Table;
import dev.nexusdelta.cli.shell.Times;
import dev.nexusdelta.sdk.JsonValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nexus keys}: in the gateway that runs, or in the data folder if none does. */
@Command(
    name = "keys",
    mixinStandardHelpOptions = true,
    description = "Makes, lists and revokes keys of callers.",
    subcommands = {KeysCommand.Create.class, KeysCommand.ListAll.class, KeysCommand.Revoke.class})
final class KeysCommand extends CommandGroup {
  KeysCommand() {
    super("keys needs a sub-command: create, list or revoke");
  }

  private static String scopes(JsonValue key) {
    return key.get("scopes").items().stream().map(JsonValue::text).collect(Collectors.joining(" "));
  }

  /** {@code nexus keys create}. */
  @Command(
      name = "create",
      mixinStandardHelpOptions = true,
      description = {
        "Makes a key and prints its token, which is shown once.",
        "Once there is a key, callers need one; before that, only where the gateway listens beyond",
        "this machine."
      },
      footer = {
        "",
        "Scopes:  invoke:AGENT  invoke:AGENT/TOOL  read  manage:AGENT  admin; * = every agent",
        "Example: nexus keys create ci --scope 'invoke:*' --expires 90d > ci.key"
      })
  static final class Create implements Callable<Integer> {
    private final Shell shell;
    @Mixin private KeysOptions place = new KeysOptions();
    @Mixin private OutputOption output = new OutputOption();

    @Parameters(paramLabel = "NAME", description = "unlike those of other keys")
    private String name = "";

    @Option(
        names = "--scope",
        required = true,
        paramLabel = "SCOPE",
        description = "what it permits; may be repeated")
    private List<String> scopes = new ArrayList<>();

    @Option(
        names = "--expires",
        paramLabel = "TIME",
        description = "how long it is good for, such as 90d, or a moment; default: for ever")
    private @Nullable String expires;

    @Option(
        names = "--rate",
        paramLabel = "RATE",
        description = "most calls in a second, minute or hour: 50/s, 600/m, 1000/h")
    private @Nullable String rate;

    Create(Shell shell) {
      this.shell = shell;
    }

    @Override
    public Integer call() {
      JsonValue key = place.keys(shell).create(name, scopes, expires, rate);
      output.print(shell, key, () -> key.get("token").text() + "\n");
      String end = key.get("expires").text();
      shell.say(
          "key '"
              + name
              + "' ("
              + key.get("id").text()
              + ") permits "
              + scopes(key)
              + (end.isEmpty() ? "" : ", until " + end));
      shell.say("its token is shown once: keep it in a file for --key-file or NEXUS_KEY_FILE");
      return ExitCode.OK.number();
    }
  }

  /** {@code nexus keys list}. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Lists the keys, without their tokens.")
  static final class ListAll implements Callable<Integer> {
    private final Shell shell;
    @Mixin private KeysOptions place = new KeysOptions();
    @Mixin private OutputOption output = new OutputOption();

    ListAll(Shell shell) {
      this.shell = shell;
    }

    @Override
    public Integer call() {
      JsonValue all = place.keys(shell).list();
      output.print(shell, all, () -> text(all.get("keys").items()));
      return ExitCode.OK.number();
    }

    private static String text(List<JsonValue> keys) {
      if (keys.isEmpty()) {
        return "none; nexus keys create NAME --scope SCOPE makes one\n";
      }
      Table table = new Table("NAME", "ID", "SCOPES", "EXPIRES", "RATE", "USED", "BY");
      for (JsonValue key : keys) {
        String used = Times.ago(key.get("lastUsed").text(), Instant.now());
        table.row(
            key.get("name").text(),
            key.get("id").text(),
            scopes(key),
            key.get("expires").text(),
            key.get("rate").text(),
            used.isEmpty() ? "" : used + " ago",
            key.get("by").text());
      }
      return table.toString();
    }
  }

  /** {@code nexus keys revoke}. */
  @Command(
      name = "revoke",
      mixinStandardHelpOptions = true,
      description = "Revokes a key: whoever has it is refused from then on.")
  static final class Revoke implements Callable<Integer> {
    private final Shell shell;
    @Mixin private KeysOptions place = new KeysOptions();
    @Mixin private OutputOption output = new OutputOption();

    @Parameters(paramLabel = "NAME|ID", description = "which one, as nexus keys list shows it")
    private String key = "";

    Revoke(Shell shell) {
      this.shell = shell;
    }

    @Override
    public Integer call() {
      JsonValue answer = place.keys(shell).revoke(key);
      output.print(
          shell,
          answer,
          () -> answer.get("revoked", "name").text() + " is worth nothing any more\n");
      return ExitCode.OK.number();
    }
  }
}
