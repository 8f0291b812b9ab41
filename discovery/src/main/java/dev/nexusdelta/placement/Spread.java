package dev.nexusdelta.placement;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where the replicas of one agent run.
 *
 * @param revision of the spec that was placed
 * @param total replicas wanted
 * @param shares by gateway: what its host is to run now, 0 too. While replicas move, their sum is
 *     larger than {@code total}: the old ones stay until the new ones are ready
 * @param reasons by gateway: why it gets none, or none more
 * @param unplaced replicas that no host can take
 * @param asked all hosts have said of this revision whether they hold its code
 */
public record Spread(
    long revision,
    int total,
    Map<String, Integer> shares,
    Map<String, String> reasons,
    int unplaced,
    boolean asked) {
  /** Copies the maps, in the order of their keys. */
  public Spread {
    shares = Collections.unmodifiableMap(new TreeMap<>(shares));
    reasons = Collections.unmodifiableMap(new TreeMap<>(reasons));
  }

  /** What that host is to run; 0 for one that is not named. */
  public int share(String gateway) {
    return shares.getOrDefault(gateway, 0);
  }
}
