package dev.nexusdelta.scaling;

import dev.nexusdelta.host.ObservedReplica;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What to do so that as many replicas of one release run as are wanted. Pure.
 *
 * @param starts ordinals of the replicas to start
 * @param stops ids of the replicas to stop, in this order
 * @param wakeAt when to plan again, as reading of the monotonic clock; empty = only when something
 *     changes
 */
public record ReplicaPlan(List<Integer> starts, List<String> stops, OptionalLong wakeAt) {
  /** Copies the lists. */
  public ReplicaPlan {
    starts = List.copyOf(starts);
    stops = List.copyOf(stops);
  }

  /**
   * Compares wanted with observed.
   *
   * @param observed the replicas of this release, those that are stopping or being started too
   * @param takenOrdinals of all the agent's replicas, whatever their release
   * @param preferredVictims ids to stop first; further ones are the newest
   * @param now reading of the monotonic clock in nanoseconds
   */
  public static ReplicaPlan of(
      int desired,
      List<ObservedReplica> observed,
      Set<Integer> takenOrdinals,
      List<String> preferredVictims,
      BackOff backOff,
      long now) {
    List<ObservedReplica> active = observed.stream().filter(r -> !r.stopping()).toList();
    int missing = desired - active.size();
    if (missing <= 0) {
      return new ReplicaPlan(
          List.of(), victims(active, -missing, preferredVictims), OptionalLong.empty());
    }
    int allowed = backOff.allowed(missing, now);
    return new ReplicaPlan(
        freeOrdinals(allowed, takenOrdinals), List.of(), wakeAt(missing - allowed, backOff, now));
  }

  private static OptionalLong wakeAt(int waiting, BackOff backOff, long now) {
    if (waiting == 0) {
      return OptionalLong.empty();
    }
    boolean holding = backOff.notBefore() - now > 0;
    return OptionalLong.of(holding ? backOff.notBefore() : now + backOff.delay().toNanos());
  }

  private static List<Integer> freeOrdinals(int count, Set<Integer> taken) {
    Set<Integer> used = new HashSet<>(taken);
    List<Integer> free = new ArrayList<>(count);
    for (int ordinal = 1; free.size() < count; ordinal++) {
      if (used.add(ordinal)) {
        free.add(ordinal);
      }
    }
    return free;
  }

  private static List<String> victims(
      List<ObservedReplica> active, int count, List<String> preferred) {
    Comparator<ObservedReplica> preferredFirst =
        Comparator.comparingInt(
            r -> {
              int place = preferred.indexOf(r.id());
              return place < 0 ? Integer.MAX_VALUE : place;
            });
    Comparator<ObservedReplica> newestFirst =
        Comparator.comparing(ObservedReplica::since)
            .thenComparing(ObservedReplica::ordinal)
            .reversed();
    return active.stream()
        .sorted(preferredFirst.thenComparing(newestFirst))
        .limit(count)
        .map(ObservedReplica::id)
        .toList();
  }
}
