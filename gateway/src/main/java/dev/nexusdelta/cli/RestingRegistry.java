package dev.nexusdelta.cli;

import dev.nexusdelta.app.RegistryAtRest;
import dev.nexusdelta.cli.process.RunningGateway;
import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.function.Function;

/** The registry of the data folder, for commands that need no gateway to run. */
record RestingRegistry(Shell shell, Path data) {

  /** Whether to go there: no gateway was named, and none runs on the folder. */
  static boolean isMeant(Shell shell, GatewayOptions gateway) {
    return gateway.named(shell) == null
        && RunningGateway.find(gateway.settings(shell).data()).isEmpty();
  }

  boolean exists() {
    return RegistryAtRest.exists(data);
  }

  /** Opens it for one piece of work; no gateway can start meanwhile. */
  <T> T with(Function<RegistryAtRest, T> work) {
    try (RegistryAtRest registry = RegistryAtRest.open(data)) {
      return work.apply(registry);
    } catch (FileSystemException e) {
      throw new CommandFailure(
          ExitCode.FAILED,
          "cannot use the data folder " + shell.shown(data) + ": " + BackupFile.why(e),
          "--data with a folder that you may write to");
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.FAILED,
          String.valueOf(e.getMessage()),
          "the same again once that gateway serves or has ended; nothing was changed");
    }
  }
}
