package dev.nexusdelta.host.supervision;

import dev.nexusdelta.discovery.Release;
import io.vertx.core.Future;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * Makes, ends and clears away single replicas on one kind of engine. Called on the supervisor's
 * context, never blocks; futures and callbacks arrive there too.
 *
 * @param <B> what a release is prepared into
 * @param <H> what the engine knows a replica by
 */
public interface Runner<B, H> {
  /**
   * Starts it; it has its port.
   *
   * @return fails with {@link dev.nexusdelta.host.StartFailedException} or whatever else went
   *     wrong, which counts as a failed start, or with {@link EngineAwayException}, which does not;
   *     either way nothing half-made is left, or {@link #stop} is not needed to clear it
   */
  Future<Running<H>> start(Release release, B build, Supervised<H> replica);

  /**
   * It runs: whoever learns of its end by himself says so. Engines that report ends otherwise need
   * not.
   *
   * @param ended takes the exit code; empty = unknown
   */
  default void watch(Supervised<H> replica, Consumer<OptionalInt> ended) {}

  /**
   * Asks it to end and sees to it that it does; returns at once. May be called again for one that
   * has not ended yet.
   */
  void stop(Supervised<H> replica);

  /**
   * It has ended: clears away what is left of it.
   *
   * @param done takes its last log lines, at most 20, when it may be replaced
   * @param cleared runs when nothing of it is left: before {@code done}, or later where what is
   *     left does no harm but for its name and port, which nobody gets until then
   */
  void settle(Supervised<H> replica, Consumer<List<String>> done, Runnable cleared);
}
