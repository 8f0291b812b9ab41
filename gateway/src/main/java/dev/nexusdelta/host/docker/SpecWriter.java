package dev.nexusdelta.host.docker;

import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.host.StartFailedException;
import dev.nexusdelta.host.code.AgentEnvironment;
import dev.nexusdelta.host.code.Secrets;
import dev.nexusdelta.host.supervision.Supervised;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.Run;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes down what is asked of the engine. Blocking, thread-safe. */
final class SpecWriter {
  private static final int HIGHEST_BODY_KIB = 1 << 20;
  private static final long JAVA_MEMORY = 192L << 20;
  private static final long OTHER_MEMORY = 512L << 20;

  private final DockerHostSettings settings;
  private final AgentEnvironment environment;
  private final String host;

  /**
   * @param host the id of this host
   */
  SpecWriter(DockerHostSettings settings, String host) {
    this.settings = settings;
    this.environment =
        new AgentEnvironment(settings.environment(), new Secrets(settings.secrets()));
    this.host = host;
  }

  /** Bytes that a container may use. */
  static long memory(Manifest manifest, boolean java) {
    return manifest.resources().memoryBytes().orElse(java ? JAVA_MEMORY : OTHER_MEMORY);
  }

  ContainerSpec of(
      Release release,
      Prepared prepared,
      Supervised<String> replica,
      int published,
      ReplicaNetwork network)
      throws StartFailedException {
    return new ContainerSpec(
        settings.containerName(release.agent().key(), replica.ordinal),
        prepared.image(),
        prepared.entrypoint(),
        prepared.command(),
        environment.ofContainer(
            release.manifest(), prepared.folder(), given(release, prepared, replica, network)),
        labels(release, prepared, replica),
        memory(release.manifest(), prepared.java()),
        release.manifest().resources().cpus(),
        prepared.port(),
        published,
        network.name(),
        volumes(release.manifest().run()),
        settings.grace());
  }

  private Map<String, String> given(
      Release release, Prepared prepared, Supervised<String> replica, ReplicaNetwork network) {
    Map<String, String> given = new LinkedHashMap<>();
    given.put("AGENT_NAME", release.agent().value());
    given.put("PORT", Integer.toString(prepared.port()));
    given.put("HOST", "0.0.0.0");
    given.put("AGENT_VERSION", release.version());
    given.put("AGENT_REPLICA", replica.id);
    given.put("NEXUS_URL", settings.door().url(network.bridge()));
    given.put("AGENT_RELEASE", release.id());
    if (prepared.java()) {
      // The runtime's own limit must not be tighter than the one that the manifest promises.
      long kibibytes = (release.manifest().limits().requestBytes() + 1023) / 1024;
      given.put("AGENT_MAX_BODY", Math.min(kibibytes, HIGHEST_BODY_KIB) + "KiB");
    }
    return given;
  }

  private Map<String, String> labels(
      Release release, Prepared prepared, Supervised<String> replica) {
    return Map.of(
        Labels.HOST,
        host,
        Labels.AGENT,
        release.agent().value(),
        Labels.RELEASE,
        release.id(),
        Labels.VERSION,
        release.version(),
        Labels.REPLICA,
        replica.id,
        Labels.ORDINAL,
        Integer.toString(replica.ordinal),
        Labels.PORT,
        Integer.toString(prepared.port()),
        Labels.REFERENCE,
        prepared.reference(),
        Labels.SINCE,
        replica.since.toString());
  }

  private static List<Run.Volume> volumes(Run run) {
    return run instanceof Run.Image image ? image.volumes() : List.of();
  }
}
