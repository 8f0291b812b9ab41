package dev.nexusdelta.cli;

import dev.nexusdelta.cli.shell.Shell;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;

/** Which keys a command is about. */
final class KeysOptions {
  @Mixin private GatewayOptions gateway = new GatewayOptions();

  /** Those of the gateway that was named or runs; if there is none, those of the data folder. */
  KeptKeys keys(Shell shell) {
    Path data = gateway.folders().settingsBeforeKeys(shell).data();
    return gateway.isMeant(shell, data)
        ? new KeysInForce(gateway.connect(shell).client().keys())
        : new KeysAtRest(new RestingRegistry(shell, data));
  }
}
