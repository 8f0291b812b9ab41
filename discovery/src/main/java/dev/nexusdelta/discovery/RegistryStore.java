package dev.nexusdelta.discovery;

import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Consumer;

/**
 * Where specs and releases are durable. A future that succeeds means: on disk, survives a power
 * cut; in a cluster, on the disks of a majority.
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
   *     another; with {@link NotWrittenException} if it changes nothing as the cluster cannot write
   *     now; with {@link OutcomeUnknownException} if it may or may not come to be
   */
  Future<Void> put(AgentSpec next, long expectedRevision);

  /** The releases of an agent, newest first. */
  Future<List<Release>> releases(AgentName agent);

  /**
   * Writes or replaces a release; keeps the newest {@code keep} of the agent and drops older ones.
   */
  Future<Void> put(Release release, int keep);

  /**
   * Calls {@code watcher} with each spec that is stored from now on, by whichever gateway, in order
   * per agent, on no particular thread. One of this gateway's own comes before its {@code put} is
   * answered.
   */
  void watch(Consumer<AgentSpec> watcher);

  /** Closes the store; later calls fail. */
  Future<Void> close();
}
