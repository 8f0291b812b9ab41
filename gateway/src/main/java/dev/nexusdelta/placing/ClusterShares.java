package dev.nexusdelta.placing;

import dev.nexusdelta.fleet.ClusterPart;
import dev.nexusdelta.fleet.Shares;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * What was last heard of where replicas run, as the fleet reads it. Until anything is heard of an
 * agent, what runs here stays as it is. Thread-safe; written by {@link Placing}.
 */
public final class ClusterShares implements Shares {
  private static final ClusterPart NOTHING_YET =
      new ClusterPart(
          OptionalInt.empty(),
          OptionalInt.empty(),
          0,
          ClusterPart.Others.NONE,
          false,
          false,
          "",
          List.of());

  private final Map<String, ClusterPart> parts = new ConcurrentHashMap<>();
  private final List<Consumer<Set<String>>> listeners = new CopyOnWriteArrayList<>();

  private volatile boolean used;

  private ClusterShares(boolean used) {
    this.used = used;
  }

  /** Nothing is heard yet. */
  public ClusterShares() {
    this(true);
  }

  /** Everything runs here, until {@link #use}. */
  public static ClusterShares unused() {
    return new ClusterShares(false);
  }

  /** There are other gateways: from now on what is heard counts, of these agents and all others. */
  public void use(Collection<String> agents) {
    used = true;
    tell(Set.copyOf(agents));
  }

  @Override
  public Optional<ClusterPart> of(String agent) {
    return used ? Optional.of(parts.getOrDefault(agent, NOTHING_YET)) : Optional.empty();
  }

  @Override
  public void onChange(Consumer<Set<String>> listener) {
    listeners.add(listener);
  }

  /** Takes up what is said of these agents now; those who listen are told of what is new. */
  void take(Map<String, ClusterPart> said) {
    Set<String> changed = new HashSet<>();
    said.forEach(
        (agent, part) -> {
          if (!part.equals(parts.put(agent, part))) {
            changed.add(agent);
          }
        });
    tell(changed);
  }

  /** Forgets all other agents. */
  void keep(Set<String> agents) {
    parts.keySet().retainAll(agents);
  }

  private void tell(Set<String> changed) {
    if (!changed.isEmpty()) {
      listeners.forEach(listener -> listener.accept(changed));
    }
  }
}
