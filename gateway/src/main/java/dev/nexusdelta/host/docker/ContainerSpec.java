package dev.nexusdelta.host.docker;

import dev.nexusdelta.manifest.Run;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * All that is asked of the engine for one replica. What is not in here no manifest can reach.
 *
 * @param name of the container
 * @param image reference or id
 * @param entrypoint empty = the image's own
 * @param command empty = the image's own
 * @param environment whole
 * @param labels without {@code nexus.spec}, which is made of all this
 * @param memoryBytes most that it may use, swap included
 * @param cpus share of processors; empty = no limit
 * @param port on which it listens inside
 * @param publishedPort of this machine's loopback address
 * @param network on which it lives
 * @param volumes named volumes, never folders of the machine
 * @param grace between asking to end and killing
 */
record ContainerSpec(
    String name,
    String image,
    Optional<List<String>> entrypoint,
    List<String> command,
    Map<String, String> environment,
    Map<String, String> labels,
    long memoryBytes,
    OptionalDouble cpus,
    int port,
    int publishedPort,
    String network,
    List<Run.Volume> volumes,
    Duration grace) {
  /** Copies the collections. */
  ContainerSpec {
    entrypoint = entrypoint.map(List::copyOf);
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
    labels = Map.copyOf(labels);
    volumes = List.copyOf(volumes);
  }

  /**
   * Tells two wishes apart: 16 hex digits of what is asked. Of the environment only the names: the
   * hash becomes a label, from which a value could be guessed.
   */
  String hash() {
    String all =
        String.join(
            "\n",
            image,
            entrypoint.toString(),
            command.toString(),
            new TreeSet<>(environment.keySet()).toString(),
            Long.toString(memoryBytes),
            cpus.toString(),
            Integer.toString(port),
            network,
            volumes.toString(),
            grace.toString());
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha.digest(all.getBytes(StandardCharsets.UTF_8)), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** As {@code NAME=value} lines, in a fixed order. */
  List<String> environmentLines() {
    return new TreeMap<>(environment)
        .entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
  }

  /** Values of the environment may be secrets. */
  @Override
  public String toString() {
    return "ContainerSpec[" + name + ", " + image + ", port " + port + "]";
  }
}
