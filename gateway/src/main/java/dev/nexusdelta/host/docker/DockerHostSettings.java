package dev.nexusdelta.host.docker;

import dev.nexusdelta.manifest.Manifest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * What the docker host needs to know of its surroundings.
 *
 * @param data the gateway's data folder; the caller holds its lock
 * @param layout the runnable layout: {@code agent/} with the jars of the runtime of Java agents
 * @param javaHome JDK that compiles Java agents
 * @param firstPort first port of this machine that a first replica without a wish gets
 * @param lastPort the last one
 * @param door how replicas call the gateway
 * @param environment the gateway's own: a few names are passed on, {@code ${env:…}} and secrets are
 *     looked up in it
 * @param grace between SIGTERM and SIGKILL
 * @param parallelStarts replicas that may be on their way from create to listening at once
 * @param codeHash of the code that a folder of an agent holds now, as in its releases; blocking,
 *     called on any thread
 * @param dockerHost where the engine listens, as {@code DOCKER_HOST} says it; empty = the usual
 *     socket
 * @param reach by which address replicas are called
 * @param baseImage on which images of Java agents stand
 * @param commandBase on which images of {@code run.command} agents without a Dockerfile stand
 * @param namespace begins the names of containers, images, network and claim: {@code nexus}; tests
 *     have others
 */
public record DockerHostSettings(
    Path data,
    Path layout,
    Path javaHome,
    int firstPort,
    int lastPort,
    Door door,
    Map<String, String> environment,
    Duration grace,
    int parallelStarts,
    BiFunction<Path, Manifest, String> codeHash,
    String dockerHost,
    Reach reach,
    String baseImage,
    String commandBase,
    String namespace) {
  /** How replicas call the gateway. Any thread; must not block. */
  public interface Door {
    /** The network is there: replicas on it may call from now on. May be said again. */
    void open(Bridge bridge);

    /** What they are told, as {@code NEXUS_URL}. */
    String url(Bridge bridge);
  }

  /** By which address replicas are called. */
  public enum Reach {
    /** The container's own, on the bridge. */
    CONTAINER,
    /** The port published on this machine's loopback address. */
    LOOPBACK,
    /** The container's own where the bridge is one of this machine, else loopback. */
    AUTO
  }

  /** Copies the environment and checks the numbers. */
  public DockerHostSettings {
    data = data.toAbsolutePath().normalize();
    layout = layout.toAbsolutePath().normalize();
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

  /** What releases were prepared into. */
  Path prepared() {
    return data.resolve("images");
  }

  /** What containers that are gone have written. */
  Path containerLogs() {
    return data.resolve("logs").resolve("containers");
  }

  Path cache() {
    return data.resolve("cache");
  }

  Path secrets() {
    return data.resolve("secrets.json");
  }

  Path agentRuntime() {
    return layout.resolve("agent");
  }

  String containerName(String agentKey, int ordinal) {
    return namespace + "-agent-" + agentKey + (ordinal == 1 ? "" : "." + ordinal);
  }

  String imageName(String agentKey) {
    return namespace + "-agent-" + agentKey;
  }

  /** The name of the agents' base, without tag: wider ones of other tags are made beside it. */
  String baseName() {
    return baseImage.replaceFirst(":[^:/]*$", "");
  }

  /** The volume whose maker owns the engine. */
  String claim() {
    return namespace + "-owner";
  }

  String network() {
    return namespace;
  }
}
