package dev.nexusdelta.discovery;

import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The durable record of agents as the gateway uses it: reads from memory, writes through the store
 * before they succeed or are seen by anyone.
 *
 * <p>Callable from any thread. Edits of one agent happen one after the other.
 */
public interface Registry {
  /** Agents that exist (no tombstones). */
  Collection<AgentSpec> agents();

  /** Agents and tombstones. */
  Collection<AgentSpec> specs();

  /** The agent, if it exists. */
  Optional<AgentSpec> agent(AgentName name);

  /** The agent or its tombstone. */
  Optional<AgentSpec> agentOrTombstone(AgentName name);

  /**
   * Changes one agent: {@code change} gets what is stored (tombstones too) and returns the wanted
   * next state, or the same value for "nothing to do". Revision, time and author are set by the
   * registry.
   *
   * @param ifRevision fails with {@link StaleRevisionException} unless the stored revision is this
   *     one
   * @return the stored spec, durable
   */
  Future<AgentSpec> edit(
      AgentName name,
      OptionalLong ifRevision,
      String by,
      Function<Optional<AgentSpec>, AgentSpec> change);

  /** The releases of an agent, newest first. */
  Future<List<Release>> releases(AgentName agent);

  /** Writes or replaces a release. */
  Future<Void> put(Release release);

  /**
   * Calls {@code listener} after each durable change, in order per agent, on no particular thread.
   */
  void watch(Consumer<AgentSpec> listener);
}
