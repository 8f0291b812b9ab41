package dev.nexusdelta.discovery.hazelcast;

import java.util.Map;

/**
 * One gateway of the cluster as the others see it.
 *
 * @param address {@code host:port} of its member
 * @param programs {@code host:port} for {@link HazelcastBackend}s on its machine
 * @param oldest the longest in the cluster: the one that leads
 * @param self this very gateway
 */
public record ClusterMember(
    String gateway,
    String address,
    String programs,
    boolean oldest,
    boolean self,
    Map<String, String> attributes) {
  /** Copies the map. */
  public ClusterMember {
    attributes = Map.copyOf(attributes);
  }
}
