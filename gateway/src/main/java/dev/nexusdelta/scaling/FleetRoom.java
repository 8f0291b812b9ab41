package dev.nexusdelta.scaling;

import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How many replicas an agent may have so that the fleet stays within its caps. Immutable, and cheap
 * enough to be made anew for every decision: it holds sums only.
 *
 * @param maxReplicas {@code fleet.replicas}; empty = no cap
 * @param maxMemory {@code fleet.memory} in bytes; empty = no cap
 * @param replicas wanted, of all agents together
 * @param memory in bytes of all replicas wanted
 */
public record FleetRoom(
    OptionalInt maxReplicas, OptionalLong maxMemory, long replicas, long memory) {

  /**
   * What an agent may have.
   *
   * @param replicas most replicas; {@code Integer.MAX_VALUE} = no cap
   * @param by the cap that binds, such as {@code fleet.replicas}; empty = none
   */
  public record Room(int replicas, String by) {
    /** No cap. */
    public static final Room NO_CAP = new Room(Integer.MAX_VALUE, "");
  }

  /** Caps of an empty fleet. */
  public static FleetRoom within(OptionalInt maxReplicas, OptionalLong maxMemory) {
    return new FleetRoom(maxReplicas, maxMemory, 0, 0);
  }

  /** With an agent's replicas, or with more of them, or (negative) fewer. */
  public FleetRoom plus(int count, long memoryEach) {
    return new FleetRoom(maxReplicas, maxMemory, replicas + count, memory + count * memoryEach);
  }

  /**
   * How many replicas one of the agents counted may have: never fewer than it has.
   *
   * @param present replicas of it that are counted
   * @param memoryEach bytes of one of its replicas; 0 = unknown
   */
  public Room room(int present, long memoryEach) {
    Room byCount = freeReplicas(present);
    Room byMemory = freeMemory(present, memoryEach);
    return byMemory.replicas() < byCount.replicas() ? byMemory : byCount;
  }

  private Room freeReplicas(int present) {
    if (maxReplicas.isEmpty()) {
      return Room.NO_CAP;
    }
    return roomOf(present, maxReplicas.getAsInt() - replicas, "fleet.replicas");
  }

  private Room freeMemory(int present, long memoryEach) {
    if (maxMemory.isEmpty() || memoryEach <= 0) {
      return Room.NO_CAP;
    }
    long left = Math.max(0, maxMemory.getAsLong() - memory);
    return roomOf(present, left / memoryEach, "fleet.memory");
  }

  private static Room roomOf(int present, long more, String by) {
    return new Room((int) Math.min(Integer.MAX_VALUE - 1, present + Math.max(0, more)), by);
  }
}
