package dev.nexusdelta.host.docker.image;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Decides which images of agents are not needed any more. Pure. */
public final class OldImages {
  private static final int KEPT = 2;

  private OldImages() {}

  /**
   * An image of an agent.
   *
   * @param id the engine's
   * @param agent whose it is, as its label says
   */
  public record Known(String id, String agent, Instant created) {}

  /**
   * All but the last two of each agent, and never one in use.
   *
   * @param inUse ids of the images of all containers, running or not, and of releases that may be
   *     started again
   * @param agents that are there still: of others not even the last two are kept
   */
  public static List<Known> removable(
      Collection<Known> all, Set<String> inUse, Set<String> agents) {
    Map<String, Integer> seen = new HashMap<>();
    return all.stream()
        .sorted(Comparator.comparing(Known::created).reversed().thenComparing(Known::id))
        .filter(
            image ->
                seen.merge(image.agent(), 1, Integer::sum) > KEPT
                    || !agents.contains(image.agent()))
        .filter(image -> !inUse.contains(image.id()))
        .toList();
  }
}
