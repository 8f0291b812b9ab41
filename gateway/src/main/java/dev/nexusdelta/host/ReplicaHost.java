package dev.nexusdelta.host;

import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Manifest;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Runs replicas, declaratively: told how many copies of a release to run, it starts, restarts (with
 * back-off) and stops until that holds. A cluster engine that picks victims and restarts by itself
 * fits behind it too.
 *
 * <p>All methods may be called from any thread and never block; futures and events arrive on the
 * Vert.x context given to the implementation.
 */
public interface ReplicaHost {
  /** What a Java agent is given where its manifest says nothing. */
  long USUAL_MEMORY = 64L << 20;

  /** {@code process}, {@code docker}, {@code url}. */
  String kind();

  /** What this host can do. */
  Capabilities capabilities();

  /**
   * Why nothing can be started or stopped now: the engine behind the host is down, hangs or
   * restarts. What runs goes on. Each change is told by {@link HostEvent.Trouble}, and meanwhile
   * calls that need the engine fail with {@link HostAwayException}.
   *
   * @return one line for people; empty = all is well
   */
  default Optional<String> trouble() {
    return Optional.empty();
  }

  /**
   * Takes ownership, adopts what runs already (restarting nothing), and reports every event from
   * now on.
   *
   * @return everything that runs, adopted
   */
  Future<List<ObservedReplica>> open(Consumer<HostEvent> observer);

  /**
   * Makes a release startable: copies its code out of {@code folder}, compiles, builds. Repeating
   * it is cheap. Once it has succeeded the release stays startable although the folder changes.
   *
   * @param folder the agent's folder ({@code agents/<name>/})
   * @return fails with {@link BuildFailedException} when the code does not build
   */
  Future<Void> prepare(Release release, Path folder);

  /**
   * Wants {@code count} replicas of a prepared release from now on, until told otherwise. 0 = none.
   *
   * <p>Completes when the wish is durable, not when it is reached: progress arrives as events.
   *
   * @param preferredVictims ids to stop first when there are too many; hosts that cannot choose
   *     ignore them
   */
  Future<Void> apply(Release release, int count, List<String> preferredVictims);

  /**
   * Ends one replica now and lets the host start another in its place, with the back-off of a
   * crash.
   */
  Future<Void> replace(String replicaId, String reason);

  /**
   * The agent is no more, and nothing of it runs: what was made of its releases may go. A release
   * of this name is prepared again before it is wanted again.
   */
  default void forget(AgentName agent) {}

  /** Bytes of memory that one replica may take, or is expected to where it is not bounded. */
  default long memoryOf(Manifest manifest) {
    return manifest.resources().memoryBytes().orElse(USUAL_MEMORY);
  }

  /** Log lines of the agent's replicas, dead ones too while their files are kept, oldest first. */
  Future<List<LogLine>> logs(AgentName agent, LogQuery query);

  /** Follows new log lines until closed. */
  Closeable follow(AgentName agent, Consumer<LogLine> lines);

  /** Present use of memory and processor; fails if the replica is gone. */
  Future<ReplicaStats> stats(String replicaId);

  /**
   * Gives up ownership.
   *
   * @param stopReplicas true = every replica is stopped first; false = they go on for the next
   *     owner to adopt
   */
  Future<Void> close(boolean stopReplicas);

  /** Something that is under way until closed. */
  interface Closeable extends AutoCloseable {
    @Override
    void close();
  }
}
