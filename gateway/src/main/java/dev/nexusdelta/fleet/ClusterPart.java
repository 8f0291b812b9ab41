package dev.nexusdelta.fleet;

import java.util.List;
import java.util.OptionalInt;

/**
 * What the cluster says of one agent. Immutable.
 *
 * @param share replicas that this gateway's host is to run; empty = nobody has said, so those that
 *     are there stay
 * @param total replicas wanted in the cluster as another gateway has decided; empty where this one
 *     decides, or nobody has yet
 * @param revision up to which the leader, and every host that is to run some, follow the spec
 * @param others replicas on all other hosts
 * @param gaveUp the wanted release has failed on another host, where an older one serves on
 * @param stuck replicas that no host can take, or bring up; see {@code reason}
 * @param reason in words: why it is stuck, or why some may be missing for a while; empty text = all
 *     is well
 * @param places each host with its share
 */
public record ClusterPart(
    OptionalInt share,
    OptionalInt total,
    long revision,
    Others others,
    boolean gaveUp,
    boolean stuck,
    String reason,
    List<AgentStatus.Place> places) {
  /** Copies the list. */
  public ClusterPart {
    places = List.copyOf(places);
  }

  /**
   * Sums over all other hosts.
   *
   * @param present those that drain or end too
   * @param staying those that were not told to end
   * @param ready of any release
   * @param target ready ones of the release that is wanted
   */
  public record Others(int present, int staying, int ready, int target, int starting) {
    /** There are none. */
    public static final Others NONE = new Others(0, 0, 0, 0, 0);
  }
}
