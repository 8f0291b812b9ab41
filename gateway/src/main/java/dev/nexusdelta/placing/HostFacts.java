package dev.nexusdelta.placing;

import java.util.Set;

/**
 * A gateway's host.
 *
 * @param kinds of hosts that run replicas: {@code process}, {@code docker}
 * @param cpus processors
 * @param memory bytes that all replicas may take together; 0 = no bound
 */
public record HostFacts(Set<String> kinds, int cpus, long memory) {
  /** Copies the set. */
  public HostFacts {
    kinds = Set.copyOf(kinds);
  }
}
