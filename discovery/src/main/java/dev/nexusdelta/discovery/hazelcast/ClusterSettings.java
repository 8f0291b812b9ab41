package dev.nexusdelta.discovery.hazelcast;

import java.util.List;
import java.util.Map;

/**
 * How a member joins.
 *
 * @param gateway name of the gateway, as discovery shows it; unique in the cluster
 * @param cluster members of another cluster name are never joined
 * @param address the one address that is listened on; loopback unless somebody wants otherwise
 * @param port to listen on; 0 = any free one
 * @param autoIncrement when the port is taken: true = try the next hundred, false = fail
 * @param members {@code host:port} of others to join; empty = alone, others may still come
 * @param attributes what the others may know of this gateway (its url, pid, version)
 */
public record ClusterSettings(
    String gateway,
    String cluster,
    String address,
    int port,
    boolean autoIncrement,
    List<String> members,
    Map<String, String> attributes) {
  /** Cluster that is joined when nothing else is said. */
  public static final String CLUSTER = "nexus";

  /** Port that is used when nothing else is said. */
  public static final int PORT = 5701;

  /**
   * First port that is tried for {@link HazelcastBackend}s in other programs, on loopback; any free
   * one where {@code port} is 0.
   */
  public static final int PROGRAMS_PORT = 5601;

  static final String LOOPBACK = "127.0.0.1";

  /** Copies the collections. */
  public ClusterSettings {
    members = List.copyOf(members);
    attributes = Map.copyOf(attributes);
  }

  /** On loopback, joining nobody. */
  public static ClusterSettings alone(String gateway, int port) {
    return new ClusterSettings(gateway, CLUSTER, LOOPBACK, port, false, List.of(), Map.of());
  }
}
