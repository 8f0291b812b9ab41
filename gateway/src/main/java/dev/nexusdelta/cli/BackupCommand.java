package dev.nexusdelta.cli;

import dev.nexusdelta.app.RegistryAtRest;
import dev.nexusdelta.backup.Backup;
import dev.nexusdelta.backup.BackupReader;
import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.sdk.JsonValue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nexus backup}. */
@Command(
    name = "backup",
    mixinStandardHelpOptions = true,
    description = {
      "Writes all that the registry holds into one file.",
      "Agents with their settings, releases, and what was deleted; from the running gateway, or",
      "from the data folder if none runs. Secrets and the agents' code are not in it, but what",
      "stands in 'env' of a manifest is: the file is readable by you alone."
    },
    footer = {"", "Example: nexus backup agents.json", "See also: nexus restore"})
final class BackupCommand implements Callable<Integer> {
  private final Shell shell;
  @Mixin private GatewayOptions gateway = new GatewayOptions();
  @Mixin private OutputOption output = new OutputOption();

  @Parameters(paramLabel = "FILE", description = "where to; - = standard output")
  private String file = "";

  @Option(names = "--force", description = "overwrites the file if it exists")
  private boolean force;

  BackupCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    BackupFile target = new BackupFile(shell, file);
    if (!target.isStream()) {
      target.refuseToOverwrite(force);
    }
    byte[] document = document();
    Backup backup = checked(document);
    if (target.isStream()) {
      shell.out().write(document, 0, document.length);
      shell.out().flush();
    } else {
      target.write(document, force);
      output.print(shell, json(backup, document), () -> text(backup, document));
    }
    shell.say(
        "not in it: secrets (nexus secret set) and the agents' code (the folder "
            + shell.shown(gateway.settings(shell).agents())
            + ")");
    return ExitCode.OK.number();
  }

  private byte[] document() {
    Path data = gateway.settings(shell).data();
    if (gateway.isMeant(shell, data)) {
      return gateway.connect(shell).admin().backup();
    }
    RestingRegistry registry = new RestingRegistry(shell, data);
    if (!registry.exists()) {
      throw new CommandFailure(
          ExitCode.NOT_FOUND,
          "there is no registry in the data folder " + shell.shown(registry.data()),
          "--data with the folder of a gateway, or --url with the address of one that runs");
    }
    return registry.with(RegistryAtRest::backup).text().getBytes(StandardCharsets.UTF_8);
  }

  /** What could not be restored must not be taken for a backup. */
  private static Backup checked(byte[] document) {
    return BackupReader.read(document)
        .fold(
            backup -> backup,
            faults -> {
              throw new CommandFailure(
                  ExitCode.FAILED,
                  "what was read cannot be restored, so nothing was written: " + faults.get(0),
                  "nexus version, which tells whether command line and gateway are of one version");
            });
  }

  private JsonValue json(Backup backup, byte[] document) {
    return JsonValue.object()
        .with("file", file)
        .with("bytes", document.length)
        .with("taken", backup.taken())
        .with("gateway", backup.gateway())
        .with("agents", backup.agents())
        .with("tombstones", backup.tombstones());
  }

  private String text(Backup backup, byte[] document) {
    return file
        + ": "
        + backup.agents()
        + (backup.agents() == 1 ? " agent" : " agents")
        + (backup.tombstones() == 0 ? "" : " and " + backup.tombstones() + " known as deleted")
        + ", "
        + (document.length + 1023) / 1024
        + " KiB\n";
  }
}
