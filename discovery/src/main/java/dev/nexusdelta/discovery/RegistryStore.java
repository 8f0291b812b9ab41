package dev.nexusdelta.discovery;

import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Future;
import java.util.List;

/**
 * Where specs and releases are durable. A future that succeeds means: on disk, survives a power
 * cut.
 *
 * <p>Callable from any thread; futures complete on the caller's Vert.x context if it has one.
 */
public interface RegistryStore {
  /** Every spec, tombstones too. */
  Future<List<AgentSpec>> specs();

  /**
   * Writes the next revision of an agent.
   *
   * @param expectedRevision the revision that is replaced, 0 = there is none
   * @return fails with {@link StaleRevisionException} and changes nothing if the stored revision is
   *     another
   */
  Future<Void> put(AgentSpec next, long expectedRevision);

  /** The releases of an agent, newest first. */
  Future<List<Release>> releases(AgentName agent);

  /**
   * Writes or replaces a release; keeps the newest {@code keep} of the agent and drops older ones.
   */
  Future<Void> put(Release release, int keep);

  /** Closes the store; later calls fail. */
  Future<Void> close();
}
