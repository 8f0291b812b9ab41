package dev.nexusdelta.cli;

import dev.nexusdelta.app.Settings;
import dev.nexusdelta.app.SettingsReader;
import dev.nexusdelta.cli.process.EngineSocket;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.sdk.JsonValue;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What runs the demo's agents.
 *
 * @param flags of a gateway with that host
 * @param engine of containers
 * @param patience how long an agent may take until it is ready; images are built on the way
 */
record DemoHost(Map<String, String> flags, URI engine, Duration patience) {
  private static final Duration OF_PROCESSES = Duration.ofSeconds(60);
  private static final Duration OF_CONTAINERS = Duration.ofSeconds(180);

  /** This kind, with what the user's configuration says of the engine and of nothing else. */
  static DemoHost of(Shell shell, String kind) {
    Settings settings = SettingsReader.read(Map.of("host", kind), shell.env(), shell.cwd());
    Map<String, String> flags = new LinkedHashMap<>();
    flags.put("host", settings.host());
    boolean containers = settings.host().equals("docker");
    if (containers) {
      settings.entries().stream()
          .filter(entry -> entry.key().startsWith("docker."))
          .filter(entry -> !entry.source().equals("default"))
          .forEach(entry -> flags.put(entry.key(), entry.value()));
    }
    return new DemoHost(
        flags, settings.docker().engine(), containers ? OF_CONTAINERS : OF_PROCESSES);
  }

  /**
   * Kills a replica as a crash would; returns what it was, for people.
   *
   * @throws IOException if that cannot be done
   */
  String kill(JsonValue replica) throws IOException {
    if (Containers.isOne(replica)) {
      new EngineSocket(engine).kill(replica.get("containerId").text());
      return "container " + Containers.shortId(replica);
    }
    long pid = replica.get("pid").integer(0);
    ProcessHandle.of(pid)
        .orElseThrow(() -> new IOException("there is no process " + pid))
        .destroyForcibly();
    return "pid " + pid;
  }
}
