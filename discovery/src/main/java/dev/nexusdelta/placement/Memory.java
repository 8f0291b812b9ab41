package dev.nexusdelta.placement;

import java.util.Map;

/**
 * What a leader knows of its earlier decisions.
 *
 * @param shares by agent and gateway, as last published by whomever
 * @param lostSince by gateway: since when (nanoseconds, monotonic) a host with replicas is away
 * @param failedSince by agent and gateway ({@code agent@gateway}): since when a host cannot start
 *     it
 */
public record Memory(
    Map<String, Map<String, Integer>> shares,
    Map<String, Long> lostSince,
    Map<String, Long> failedSince) {
  /** Of one who begins. */
  public static final Memory NOTHING = new Memory(Map.of(), Map.of(), Map.of());

  /** Copies the maps. */
  public Memory {
    shares = Map.copyOf(shares);
    lostSince = Map.copyOf(lostSince);
    failedSince = Map.copyOf(failedSince);
  }

  /** With these shares instead. */
  public Memory with(Map<String, Map<String, Integer>> published) {
    return new Memory(published, lostSince, failedSince);
  }
}
