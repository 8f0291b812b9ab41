package dev.nexusdelta.fleet;

import dev.nexusdelta.manifest.AgentName;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything the data plane needs to know of all agents, at one moment. Immutable; finding an agent
 * costs the same for 1 and for 10,000.
 */
public final class FleetView {
  /** No agents. */
  public static final FleetView EMPTY = new FleetView(Map.of());

  private final Map<String, AgentView> byKey;

  /** Takes agents by lower-case name. */
  public FleetView(Map<String, AgentView> byKey) {
    this.byKey = Map.copyOf(byKey);
  }

  /**
   * The agent of that lower-case name.
   *
   * @param key as {@link AgentName#key()}
   */
  public @Nullable AgentView agent(String key) {
    return byKey.get(key);
  }

  /** All agents, in no order. */
  public Collection<AgentView> agents() {
    return byKey.values();
  }

  /** Lower-case names of all agents, in no order. */
  public Set<String> names() {
    return byKey.keySet();
  }
}
