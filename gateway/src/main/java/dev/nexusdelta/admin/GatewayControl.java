package dev.nexusdelta.admin;

import java.util.List;
import java.util.Optional;

/** The gateway itself, as operators see it and end it. Thread-safe; nothing here blocks. */
public interface GatewayControl {
  /** Name of this gateway in its cluster. */
  String name();

  /** Version of the program. */
  String version();

  /** Why calls should not come here now; empty when the gateway is ready. */
  Optional<String> notReady();

  /** The configuration in force, secrets masked. */
  List<ConfigEntry> config();

  /** All gateways of the cluster, this one among them. */
  List<Member> cluster();

  /**
   * Begins to drain and end the gateway; returns at once.
   *
   * @param agents true = every replica is stopped too; false = they go on for the next gateway
   */
  void shutdown(boolean agents);

  /**
   * One key of the configuration.
   *
   * @param source {@code flag --listen}, {@code environment NEXUS_LISTEN}, {@code nexus.yaml:3} or
   *     {@code default}
   */
  record ConfigEntry(String key, String value, String source) {}

  /**
   * One gateway of the cluster.
   *
   * @param url where it listens, as the others know it
   * @param leader whether it decides how many replicas run
   */
  record Member(String name, String url, long pid, String version, boolean leader) {}
}
