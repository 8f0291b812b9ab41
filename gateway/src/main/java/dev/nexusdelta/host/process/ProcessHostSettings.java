package dev.nexusdelta.host.process;

import dev.nexusdelta.manifest.Manifest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * What the process host needs to know of its surroundings.
 *
 * @param data the gateway's data folder; the caller holds its lock
 * @param agentRuntime folder with the jars of the runtime of Java agents
 * @param javaHome JDK that compiles and runs Java agents
 * @param firstPort first port that a first replica without a wish gets
 * @param lastPort the last one
 * @param gatewayUrl asked at each start, for {@code NEXUS_URL}
 * @param environment the gateway's own: a few names are passed on, {@code ${env:…}} and secrets are
 *     looked up in it
 * @param grace between SIGTERM and SIGKILL
 * @param logBytes a replica's log file is rotated beyond this
 * @param parallelStarts replicas that may be on their way from exec to listening at once
 * @param codeHash of the code that a folder of an agent holds now, as in its releases; blocking,
 *     called on any thread
 */
public record ProcessHostSettings(
    Path data,
    Path agentRuntime,
    Path javaHome,
    int firstPort,
    int lastPort,
    Supplier<String> gatewayUrl,
    Map<String, String> environment,
    Duration grace,
    long logBytes,
    int parallelStarts,
    BiFunction<Path, Manifest, String> codeHash) {
  /** Copies the environment and checks the numbers. */
  public ProcessHostSettings {
    data = data.toAbsolutePath().normalize();
    agentRuntime = agentRuntime.toAbsolutePath().normalize();
    environment = Map.copyOf(environment);
    if (firstPort < 1 || lastPort > 65_535 || firstPort > lastPort) {
      throw new IllegalArgumentException(
          "ports " + firstPort + "-" + lastPort + " is not a range within 1-65535");
    }
    if (parallelStarts < 1) {
      throw new IllegalArgumentException("parallelStarts " + parallelStarts + " is less than 1");
    }
  }

  Path builds() {
    return data.resolve("builds");
  }

  Path replicas() {
    return data.resolve("replicas");
  }

  Path agentLogs() {
    return data.resolve("logs").resolve("agents");
  }

  Path cache() {
    return data.resolve("cache");
  }

  Path secrets() {
    return data.resolve("secrets.json");
  }
}
