package dev.nexusdelta.host.docker;

/** Names of the labels by which what we make on an engine is known. */
final class Labels {
  /** Id of the host that owns a container: without it, a container is somebody else's. */
  static final String HOST = "nexus.host";

  static final String AGENT = "nexus.agent";
  static final String RELEASE = "nexus.release";
  static final String VERSION = "nexus.version";
  static final String REPLICA = "nexus.replica";
  static final String ORDINAL = "nexus.ordinal";

  /** The port inside the container. */
  static final String PORT = "nexus.port";

  static final String SINCE = "nexus.since";

  /** The name of the image, which the engine itself shows by its id. */
  static final String REFERENCE = "nexus.reference";

  /** Hash of all that was asked of the engine. */
  static final String SPEC = "nexus.spec";

  /** On images: {@code agent}. */
  static final String IMAGE = "nexus.image";

  static final String MODULES = "nexus.modules";

  /** On the network of the replicas. */
  static final String NETWORK = "nexus.network";

  /** On the volume that claims the engine: the data folder of its owner. */
  static final String DATA = "nexus.data";

  /** On the claim: the machine and its files as its owner sees them. */
  static final String PLACE = "nexus.place";

  /** On the claim: the data folder, whatever its path. */
  static final String FOLDER = "nexus.folder";

  private Labels() {}
}
