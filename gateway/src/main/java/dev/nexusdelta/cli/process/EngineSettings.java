package dev.nexusdelta.cli.process;

import dev.nexusdelta.app.Settings;
import dev.nexusdelta.app.Settings.Entry;
import dev.nexusdelta.cli.shell.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Which container engine a gateway started here would use, and how.
 *
 * @param inUse whether replicas are containers
 * @param address as in {@code DOCKER_HOST}; empty = the usual socket
 * @param source what says so, for people; empty = nothing does
 * @param reach {@code auto}, {@code container} or {@code loopback}
 * @param base image that Java agents stand on
 */
public record EngineSettings(
    boolean inUse, String address, String source, String reach, String base) {
  private static final String VARIABLE = "DOCKER_HOST";

  /** Out of the configuration, then of the environment. */
  public static EngineSettings of(Shell shell, Settings settings) {
    Optional<Entry> host = entry(settings, "docker.host");
    String variable = shell.env().getOrDefault(VARIABLE, "");
    return new EngineSettings(
        settings.host().equals("docker"),
        host.map(Entry::value).orElse(variable),
        host.map(Entry::source).orElse(variable.isEmpty() ? "" : "environment " + VARIABLE),
        entry(settings, "docker.reach").map(Entry::value).orElse("auto"),
        entry(settings, "docker.base").map(Entry::value).orElse("nexus-delta-agent:latest"));
  }

  private static Optional<Entry> entry(Settings settings, String key) {
    return settings.entries().stream()
        .filter(entry -> entry.key().equals(key) && !entry.value().isBlank())
        .findFirst();
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
