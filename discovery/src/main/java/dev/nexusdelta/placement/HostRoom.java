package dev.nexusdelta.placement;

/** What is left of one host while agents are placed, one after the other. */
final class HostRoom {
  private final Placement.Host host;
  private int replicas;
  private long memory;

  HostRoom(Placement.Host host) {
    this.host = host;
  }

  HostReport report() {
    return host.report();
  }

  boolean draining() {
    return host.draining();
  }

  /** So many more replicas, or (negative) fewer. */
  void add(int count, long memoryEach) {
    replicas += count;
    memory += count * memoryEach;
  }

  /** Whether one more fits. */
  boolean fits(long memoryEach) {
    return report().memory() <= 0 || memoryEach <= 0 || memory + memoryEach <= report().memory();
  }

  /** Replicas of all agents per processor. */
  double crowd(int more) {
    return (replicas + more) / (double) report().cpus();
  }
}
