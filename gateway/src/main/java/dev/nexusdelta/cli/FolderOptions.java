package dev.nexusdelta.cli;

import dev.nexusdelta.app.Settings;
import dev.nexusdelta.app.SettingsReader;
import dev.nexusdelta.cli.shell.Shell;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where things are; the same in every command. */
final class FolderOptions {
  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      description = "data folder of the gateway (NEXUS_DATA); default .nexus")
  private @Nullable String data;

  @Option(
      names = "--agents",
      paramLabel = "FOLDER",
      description = "folder of the agents (NEXUS_AGENTS); default agents")
  private @Nullable String agents;

  @Option(
      names = "--key-file",
      paramLabel = "FILE",
      description = "file with the token or key (NEXUS_KEY_FILE); default <data>/admin.token")
  private @Nullable Path keyFile;

  /** The file that was named, by flag or environment; null = that of the data folder. */
  @Nullable Path keyFile(Shell shell) {
    String fromEnvironment = shell.env().getOrDefault("NEXUS_KEY_FILE", "");
    return keyFile != null || fromEnvironment.isEmpty()
        ? keyFile
        : shell.cwd().resolve(fromEnvironment);
  }

  /** The flags that were given, as a gateway takes them. */
  Map<String, String> flags() {
    Map<String, String> flags = new LinkedHashMap<>();
    if (data != null) {
      flags.put("data", data);
    }
    if (agents != null) {
      flags.put("agents", agents);
    }
    return flags;
  }

  /** The configuration as a gateway started here would have it. */
  Settings settings(Shell shell) {
    return SettingsReader.read(flags(), shell.env(), shell.cwd());
  }

  /** The same for one that makes keys, which a gateway may need before it starts. */
  Settings settingsBeforeKeys(Shell shell) {
    Map<String, String> flags = flags();
    flags.put("listen-without-keys", "true");
    return SettingsReader.read(flags, shell.env(), shell.cwd());
  }
}
