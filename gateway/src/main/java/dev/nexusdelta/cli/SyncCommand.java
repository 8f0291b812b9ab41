package dev.nexusdelta.cli;

import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.cli.shell.Table;
import dev.nexusdelta.cli.shell.Times;
import dev.nexusdelta.sdk.Change;
import dev.nexusdelta.sdk.JsonValue;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nexus sync}. */
@Command(
    name = "sync",
    mixinStandardHelpOptions = true,
    description = "Shows how the registry and its mirror in Firestore stand.",
    subcommands = {
      SyncCommand.Superseded.class,
      SyncCommand.Restore.class,
      SyncCommand.ConfirmDeletions.class
    })
final class SyncCommand implements Callable<Integer> {
  private final Shell shell;
  @Mixin private GatewayOptions gateway = new GatewayOptions();
  @Mixin private OutputOption output = new OutputOption();

  SyncCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    JsonValue registry = gateway.connect(shell).admin().cluster().get("registry");
    output.print(shell, registry, () -> text(registry));
    return ExitCode.OK.number();
  }

  private static String text(JsonValue registry) {
    String all = SyncStory.all(registry);
    StringBuilder text = new StringBuilder();
    text.append(
            all.isEmpty() ? "off: registry.firestore.project names no project in nexus.yaml" : all)
        .append('\n');
    List<JsonValue> refused = registry.get("refused").items();
    if (!refused.isEmpty()) {
      Table table = new Table("AGENT", "REFUSED");
      refused.forEach(one -> table.row(one.get("agent").text(), one.get("reason").text()));
      text.append('\n').append(table);
    }
    return text.toString();
  }

  /** {@code nexus sync superseded}. */
  @Command(
      name = "superseded",
      mixinStandardHelpOptions = true,
      description = "Lists revisions of an agent that gave way to an edit made in Firestore.")
  static final class Superseded implements Callable<Integer> {
    private final Shell shell;
    @Mixin private GatewayOptions gateway = new GatewayOptions();
    @Mixin private OutputOption output = new OutputOption();
    @Mixin private NameArguments names = new NameArguments();

    Superseded(Shell shell) {
      this.shell = shell;
    }

    @Override
    public Integer call() {
      JsonValue all = gateway.connect(shell).admin().superseded(names.one("sync superseded"));
      output.print(shell, all, () -> text(all.get("superseded").items()));
      return ExitCode.OK.number();
    }

    private static String text(List<JsonValue> revisions) {
      if (revisions.isEmpty()) {
        return "none\n";
      }
      Table table = new Table("REVISION", "MADE", "BY", "DESCRIPTION");
      for (JsonValue revision : revisions) {
        table.row(
            revision.get("revision").text(),
            Times.ago(revision.get("updated").text(), Instant.now()) + " ago",
            revision.get("by").text(),
            revision.get("deleted").truth(false)
                ? "(deleted)"
                : revision.get("spec", "description").text());
      }
      return table.toString();
    }
  }

  /** {@code nexus sync restore}. */
  @Command(
      name = "restore",
      mixinStandardHelpOptions = true,
      description = "Makes a revision that gave way the present one again.")
  static final class Restore implements Callable<Integer> {
    private final Shell shell;
    @Mixin private GatewayOptions gateway = new GatewayOptions();
    @Mixin private OutputOption output = new OutputOption();
    @Mixin private NameArguments names = new NameArguments();

    @Option(
        names = "--revision",
        paramLabel = "N",
        description = "which one, as nexus sync superseded lists it; default: the newest")
    private long revision;

    @Option(names = "--dry-run", description = "shows what would change, and changes nothing")
    private boolean dryRun;

    Restore(Shell shell) {
      this.shell = shell;
    }

    @Override
    public Integer call() {
      String name = names.one("sync restore");
      Connection connection = gateway.connect(shell);
      long wanted = revision > 0 ? revision : newest(connection.admin().superseded(name), name);
      Change change = connection.admin().restore(name, wanted, dryRun);
      output.print(
          shell,
          change.agent(),
          () ->
              name
                  + (dryRun ? " would be again" : " is again")
                  + " as it was at revision "
                  + wanted
                  + "\n");
      return ExitCode.OK.number();
    }

    private static long newest(JsonValue all, String name) {
      return all.get("superseded").items().stream()
          .findFirst()
          .map(revision -> Long.parseLong(revision.get("revision").text()))
          .orElseThrow(
              () ->
                  new CommandFailure(
                      ExitCode.NOT_FOUND,
                      "no revision of agent '" + name + "' gave way to another",
                      "nexus events, which tell of each that does"));
    }
  }

  /** {@code nexus sync confirm-deletions}. */
  @Command(
      name = "confirm-deletions",
      mixinStandardHelpOptions = true,
      description = {
        "Deletes the agents here too whose documents are gone from Firestore.",
        "Asked for where more than half are gone at once: look at nexus sync first."
      })
  static final class ConfirmDeletions implements Callable<Integer> {
    private final Shell shell;
    @Mixin private GatewayOptions gateway = new GatewayOptions();
    @Mixin private OutputOption output = new OutputOption();

    ConfirmDeletions(Shell shell) {
      this.shell = shell;
    }

    @Override
    public Integer call() {
      JsonValue answer = gateway.connect(shell).admin().confirmDeletions();
      output.print(
          shell, answer, () -> "confirmed: " + SyncStory.all(answer.get("registry")) + "\n");
      return ExitCode.OK.number();
    }
  }
}
