package dev.nexusdelta.cli;

import dev.nexusdelta.app.RegistryAtRest;
import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.function.Function;

/** The registry of the data folder, for commands that need no gateway to run. */
record RestingRegistry(Shell shell, Path data) {

  boolean exists() {
    return RegistryAtRest.exists(data);
  }

  /**
   * Refuses a change that a cluster has to agree on.
   *
   * @param rule why the change would not count
   * @param there the same for a gateway of the cluster that runs
   */
  void refuseIfShared(RegistryAtRest open, String rule, String there) {
    if (open.gateways() > 1) {
      throw new CommandFailure(
          ExitCode.CONFLICT,
          "the data folder "
              + shell.shown(data)
              + " belongs to a cluster of "
              + open.gateways()
              + " gateways, and none runs here: "
              + rule
              + ", so nothing was changed",
          "nexus up, and the same again; or " + there + " with a gateway of the cluster that runs");
    }
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
