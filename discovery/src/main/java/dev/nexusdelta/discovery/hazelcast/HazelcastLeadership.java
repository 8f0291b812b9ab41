package dev.nexusdelta.discovery.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import dev.nexusdelta.load.Leadership;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The oldest member leads. Before this one has joined, it is alone. */
public final class HazelcastLeadership implements Leadership {
  private static final Logger LOG = LoggerFactory.getLogger(HazelcastLeadership.class);

  private final HazelcastMember member;
  private volatile boolean leads = true;

  /** Follows this member, whose owner closes it. */
  public HazelcastLeadership(HazelcastMember member) {
    this.member = member;
    look();
    member.whenLeft(present -> look());
    member.whenMerged(this::look);
  }

  @Override
  public boolean leads() {
    return leads;
  }

  private void look() {
    member
        .run(HazelcastLeadership::isOldest)
        .onSuccess(oldest -> leads = oldest)
        .onFailure(e -> LOG.debug("leads as before: {}", e.toString()));
  }

  private static boolean isOldest(HazelcastInstance hazelcast) {
    // Members are listed by age.
    return hazelcast.getCluster().getMembers().iterator().next().localMember();
  }
}
