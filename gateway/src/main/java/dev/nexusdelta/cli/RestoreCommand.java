package dev.nexusdelta.cli;

import dev.nexusdelta.app.RegistryAtRest;
import dev.nexusdelta.backup.Backup;
import dev.nexusdelta.backup.BackupEntry;
import dev.nexusdelta.backup.RestorePlan;
import dev.nexusdelta.backup.RestoreReport;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.cli.shell.Table;
import dev.nexusdelta.sdk.JsonValue;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nexus restore}. */
@Command(
    name = "restore",
    mixinStandardHelpOptions = true,
    description = {
      "Makes the agents again what they are in a backup.",
      "All of it is checked first. In the running gateway, or in the data folder if none runs.",
      "What is not in the backup stays, and so does what somebody changes meanwhile; a second",
      "time changes nothing more. Code and secrets are not restored."
    },
    footer = {"", "Example: nexus restore agents.json --dry-run", "See also: nexus backup"})
final class RestoreCommand implements Callable<Integer> {
  private final Shell shell;
  @Mixin private GatewayOptions gateway = new GatewayOptions();
  @Mixin private OutputOption output = new OutputOption();

  @Parameters(
      paramLabel = "FILE",
      description = "what nexus backup has written; - = standard input")
  private String file = "";

  @Option(names = "--dry-run", description = "shows what would change, and changes nothing")
  private boolean dryRun;

  @Option(names = "--prune", description = "deletes agents that are not in the backup")
  private boolean prune;

  RestoreCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    BackupFile.Content content = new BackupFile(shell, file).read();
    Path data = gateway.settings(shell).data();
    boolean resting = !gateway.isMeant(shell, data);
    JsonValue report =
        resting
            ? atRest(content.backup(), new RestingRegistry(shell, data))
            : gateway.connect(shell).admin().restore(content.document(), dryRun, prune);
    output.print(shell, report, () -> table(report));
    report
        .get("agents")
        .items()
        .forEach(
            row -> {
              if (!row.get("reason").text().isEmpty()) {
                shell.say(row.get("name").text() + ": " + row.get("reason").text());
              }
            });
    boolean nothing = report.get("agents").items().stream().allMatch(RestoreCommand::same);
    String what = nothing ? "nothing to do: " : dryRun ? "would be: " : "";
    shell.say(what + report.get("summary").text());
    hints(report, content.backup());
    if (dryRun) {
      shell.say("nothing was changed (--dry-run)");
    } else if (resting) {
      shell.say("the agents run with the next gateway: nexus up");
    }
    return exitCode(report).number();
  }

  private JsonValue atRest(Backup backup, RestingRegistry resting) {
    RestoreReport report =
        dryRun && !resting.exists()
            ? RestoreReport.planned(RegistryAtRest.planFor(backup)) // a look makes no folder
            : resting.with(
                registry -> {
                  resting.refuseIfShared(
                      registry,
                      "what is restored counts only once a majority of them has it",
                      "nexus restore " + file + " --url");
                  RestorePlan plan = registry.plan(backup, prune);
                  return dryRun ? RestoreReport.planned(plan) : registry.restore(plan, "cli");
                });
    return JsonValue.parse(report.json().encode());
  }

  private String table(JsonValue report) {
    Table table =
        dryRun
            ? new Table("AGENT", "ACTION", "WHAT")
            : new Table("AGENT", "ACTION", "WHAT", "RESULT");
    for (JsonValue row : report.get("agents").items()) {
      String name = row.get("name").text();
      String action = row.get("action").text();
      String what =
          row.get("parts").items().stream().map(JsonValue::text).collect(Collectors.joining(", "));
      if (dryRun) {
        table.row(name, action, what);
      } else {
        table.row(name, action, what, same(row) ? "" : row.get("result").text());
      }
    }
    return table.toString();
  }

  private static boolean same(JsonValue row) {
    return row.get("action").text().equals("same");
  }

  private void hints(JsonValue report, Backup backup) {
    List<String> kept = report.get("kept").items().stream().map(JsonValue::text).toList();
    if (!kept.isEmpty()) {
      shell.say("not in the backup, and stay (--prune deletes them): " + String.join(", ", kept));
    }
    Set<String> created =
        report.get("agents").items().stream()
            .filter(row -> row.get("action").text().equals("create"))
            .map(row -> row.get("name").text())
            .collect(Collectors.toSet());
    for (BackupEntry entry : backup.entries()) {
      String name = entry.spec().name().value();
      List<String> secrets = entry.spec().manifest().secrets();
      if (created.contains(name) && !secrets.isEmpty()) {
        shell.say(
            name
                + " needs secrets, which no backup holds: nexus secret set "
                + name
                + " "
                + String.join("|", secrets));
      }
    }
  }

  private static ExitCode exitCode(JsonValue report) {
    List<JsonValue> rows = report.get("agents").items();
    boolean conflict = rows.stream().anyMatch(row -> row.get("result").text().equals("conflict"));
    boolean failed = rows.stream().anyMatch(row -> row.get("result").text().equals("failed"));
    boolean done =
        rows.stream()
            .filter(row -> !same(row))
            .anyMatch(row -> row.get("result").text().equals("done"));
    if (!conflict && !failed) {
      return ExitCode.OK;
    }
    return done ? ExitCode.PARTLY : failed ? ExitCode.FAILED : ExitCode.CONFLICT;
  }
}
