package dev.nexusdelta.placement;

import java.util.Map;
import java.util.Set;

/**
 * What a gateway tells of the host that it owns.
 *
 * @param gateway its name
 * @param epoch grows with each life of the gateway
 * @param sequence counts up within the epoch; an older or repeated report is ignored
 * @param kinds of hosts that run replicas there: {@code process}, {@code docker}
 * @param cpus processors; at least 1
 * @param memory bytes that replicas may take together; 0 = not known, so no bound
 * @param agents by lower-case name
 */
public record HostReport(
    String gateway,
    long epoch,
    long sequence,
    Set<String> kinds,
    int cpus,
    long memory,
    Map<String, HostedAgent> agents) {
  /** Copies the collections. */
  public HostReport {
    kinds = Set.copyOf(kinds);
    cpus = Math.max(1, cpus);
    agents = Map.copyOf(agents);
  }

  /** What it says of that agent. */
  public HostedAgent agent(String key) {
    return agents.getOrDefault(key, HostedAgent.NONE);
  }

  /** Whether it was made after the other one, of the same gateway. */
  public boolean isAfter(HostReport other) {
    return epoch > other.epoch || epoch == other.epoch && sequence > other.sequence;
  }
}
