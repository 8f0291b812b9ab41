package dev.nexusdelta.admin;

import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** The gateway itself, as operators see it and end it. Thread-safe; nothing here blocks. */
public interface GatewayControl {
  /** Name of this gateway in its cluster. */
  String name();

  /** Version of the program. */
  String version();

  /**
   * Why calls should not come here now; empty when the gateway is ready. To be asked once for each
   * probe: who has asked is waited for when it ends.
   */
  Optional<String> notReady();

  /** The configuration in force, secrets masked. */
  List<ConfigEntry> config();

  /** The cluster as this gateway sees it. */
  Cluster cluster();

  /**
   * Takes a gateway that is away out of the cluster for good: it counts for no majority any more.
   * One that is just leaving is waited for.
   *
   * @return fails with {@link GatewayPresentException} while it is there, with {@link
   *     IllegalArgumentException} if none that belongs is called so, or if there is no majority
   */
  Future<Void> forget(String gateway);

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
   * @param away names of those that belong to it and are not there
   * @param size how many there are when all are there; changes need a majority of them
   * @param trouble why nothing can be changed now, or what is else to be looked at
   */
  record Cluster(List<Member> gateways, List<String> away, int size, Optional<String> trouble) {
    /** Copies the lists. */
    public Cluster {
      gateways = List.copyOf(gateways);
      away = List.copyOf(away);
    }

    /** Whether a gateway is called so, be it there or not. */
    boolean knows(String name) {
      return away.contains(name) || isThere(name);
    }

    boolean isThere(String name) {
      return gateways.stream().anyMatch(it -> it.name().equals(name));
    }
  }

  /**
   * One gateway of the cluster.
   *
   * @param url where it listens, as the others know it
   * @param member where others join it, {@code HOST:PORT}; empty before it has joined itself
   * @param discovery where programs on its machine find replicas, likewise
   * @param leader whether it decides what all of them do
   */
  record Member(
      String name,
      String url,
      String member,
      String discovery,
      long pid,
      String version,
      boolean leader) {}
}
