package dev.nexusdelta.discovery.hazelcast;

import dev.nexusdelta.load.Leadership;

/** The oldest member of a majority leads. Before this one has joined, it is alone. */
public final class HazelcastLeadership implements Leadership {
  private volatile boolean leads;

  /**
   * Follows this member, whose owner closes it.
   *
   * @param size gateways that there are when all are there
   */
  public HazelcastLeadership(HazelcastMember member, int size) {
    leads = size == 1;
    member.whenChanged(present -> leads = present.size() > size / 2 && present.get(0).self());
  }

  @Override
  public boolean leads() {
    return leads;
  }
}
