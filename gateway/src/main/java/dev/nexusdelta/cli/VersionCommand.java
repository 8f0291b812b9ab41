package dev.nexusdelta.cli;

import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.sdk.JsonValue;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;

/** {@code nexus version}. */
@Command(
    name = "version",
    mixinStandardHelpOptions = true,
    description = "Says which version this is, and on which JDK it runs.")
final class VersionCommand implements Callable<Integer> {
  private final Shell shell;
  @Mixin private GatewayOptions gateway = new GatewayOptions();
  @Mixin private OutputOption output = new OutputOption();

  VersionCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    JsonValue document =
        JsonValue.object()
            .with("version", version())
            .with("java", System.getProperty("java.version"))
            .with("javaHome", System.getProperty("java.home"));
    output.print(
        shell,
        document,
        () ->
            "nexus "
                + version()
                + " on Java "
                + document.get("java").text()
                + " ("
                + document.get("javaHome").text()
                + ")\n");
    return ExitCode.OK.number();
  }

  /** The version of the built jar. */
  static String version() {
    String version = VersionCommand.class.getPackage().getImplementationVersion();
    return version == null ? "unreleased" : version;
  }

  /** For {@code --version}. */
  static final class Provider implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"nexus " + version()};
    }
  }
}
