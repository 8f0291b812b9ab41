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

  /** The cluster as this gateway sees it. */
  Cluster cluster();

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
   * The cluster.
   *
   * @param gateways that are there, this one among them, the one that has been longest first
   * @param size how many there are when all are there; changes need a majority of them
   * @param trouble why nothing can be changed now, or what is else to be looked at
   */
  record Cluster(List<Member> gateways, int size, Optional<String> trouble) {
    /** Copies the list. */
    public Cluster {
      gateways = List.copyOf(gateways);
    }
  }

  /**
   * One gateway of the cluster.
   *
   * @param url where it listens, as the others know it
   * @param member where others join it, {@code HOST:PORT}; empty before it has joined itself
   * @param leader whether it decides what all of them do
   */
  record Member(String name, String url, String member, long pid, String version, boolean leader) {}
}
