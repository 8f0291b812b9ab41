package dev.nexusdelta.cli.process;

import dev.nexusdelta.app.Settings;
import dev.nexusdelta.cli.shell.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Which container engine a gateway started here would use.
 *
 * @param inUse whether replicas are containers
 * @param address {@code unix:///PATH} or {@code tcp://HOST:PORT}
 * @param source what says so, for people; empty = it is the usual one
 */
public record EngineSettings(boolean inUse, String address, String source) {
  private static final String VARIABLE = "DOCKER_HOST";

  /** Out of the configuration, else of the environment. */
  public static EngineSettings of(Shell shell, Settings settings) {
    String configured =
        settings.entries().stream()
            .filter(entry -> entry.key().equals("docker.socket") && !entry.value().isBlank())
            .map(Settings.Entry::source)
            .findFirst()
            .orElse("");
    boolean variable = !shell.env().getOrDefault(VARIABLE, "").isBlank();
    return new EngineSettings(
        settings.host().equals("docker"),
        settings.docker().engine().toString(),
        configured.isEmpty() && variable ? "environment " + VARIABLE : configured);
  }

  /** Says how to look where the engine usually is; empty = that is where it was looked for. */
  public Optional<String> elsewhere() {
    if (source.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        source.endsWith(" " + VARIABLE)
            ? VARIABLE + "= nexus doctor"
            : "NEXUS_DOCKER_SOCKET=/var/run/docker.sock nexus doctor");
  }

  /** By which the host of a data folder marks its containers; empty = it never started anything. */
  public static Optional<String> hostId(Path data) {
    try {
      return Optional.of(Files.readString(data.resolve("host.id")).strip())
          .filter(id -> !id.isEmpty());
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
