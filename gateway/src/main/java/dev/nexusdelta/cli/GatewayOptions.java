package dev.nexusdelta.cli;

import dev.nexusdelta.app.Settings;
import dev.nexusdelta.cli.process.RunningGateway;
import dev.nexusdelta.cli.shell.Shell;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which gateway to talk to; the same in every command. */
final class GatewayOptions {
  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "gateway to talk to (NEXUS_URL); default: the one that runs on the data folder")
  private @Nullable String url;

  @Mixin private FolderOptions folders = new FolderOptions();

  FolderOptions folders() {
    return folders;
  }

  Settings settings(Shell shell) {
    return folders.settings(shell);
  }

  /** The address that was named, by flag or environment; null = whatever runs here. */
  @Nullable String named(Shell shell) {
    String fromEnvironment = shell.env().getOrDefault("NEXUS_URL", "");
    return url != null ? url : fromEnvironment.isEmpty() ? null : fromEnvironment;
  }

  /** Whether to talk to one, and not to work on the folder: one was named, or one runs on it. */
  boolean isMeant(Shell shell, Path data) {
    return named(shell) != null || RunningGateway.find(data).isPresent();
  }

  /** A connection to a gateway that runs already. */
  Connection connect(Shell shell) {
    return Connection.open(shell, folders, named(shell));
  }

  /** A connection; where no gateway runs and none was named, starts one in the background. */
  Connection connectOrStart(Shell shell) {
    return BackgroundGateway.connectOrStart(shell, this);
  }
}
