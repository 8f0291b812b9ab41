package dev.nexusdelta.host.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import dev.nexusdelta.host.supervision.Actor;
import dev.nexusdelta.host.supervision.ExitReason;
import dev.nexusdelta.host.supervision.Running;
import dev.nexusdelta.host.supervision.Supervised;
import dev.nexusdelta.host.supervision.Supervised.Phase;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How containers end: asked to, by themselves, or by somebody's hand; finds out why, and clears
 * away what is left. What the engine cannot do now is tried again. For the supervisor's context
 * only.
 */
final class ContainerEnds {
  private static final Logger log = LoggerFactory.getLogger(ContainerEnds.class);
  private static final Duration AGAIN = Duration.ofSeconds(1);

  /** Between attempts to remove what cannot be removed. */
  private static final Duration SELDOM = Duration.ofSeconds(30);

  /** After so many failures the log of one that has ended is given up. */
  private static final int MOST_READS = 3;

  /** Between the end and the removal of a container that is removed by force. */
  private static final Duration REMOVAL = Duration.ofMillis(150);

  private static final int SIGKILL = 9;
  private static final int SIGTERM = 15;
  private static final long MIB = 1L << 20;
  private static final String REMOVED = "removed by hand";

  private final Actor actor;
  private final Engine engine;
  private final ReplicaLogs logs;
  private final StopMarks marks;
  private final Sink sink;
  private final Map<String, Integer> kills = new HashMap<>();
  private final Map<String, Integer> exits = new HashMap<>();
  private final Set<String> outOfMemory = new HashSet<>();
  private final Set<String> stopping = new HashSet<>();

  /** Takes what is found out. */
  interface Sink {
    /** It has ended. */
    void ended(Supervised<String> replica, OptionalInt code, String how);

    /** It cannot be called any more although it has not ended. */
    void replace(Supervised<String> replica, String reason);
  }

  ContainerEnds(Actor actor, Engine engine, ReplicaLogs logs, StopMarks marks, Sink sink) {
    this.actor = actor;
    this.engine = engine;
    this.logs = logs;
    this.marks = marks;
    this.sink = sink;
  }

  /** Something happened to the container of this replica. */
  void happened(ContainerEvent event, Supervised<String> replica) {
    String container = event.container();
    switch (event.kind()) {
      case KILL -> event.signal().ifPresent(signal -> kills.put(container, signal));
      case OOM -> outOfMemory.add(container);
      case DIE -> {
        event.exitCode().ifPresent(code -> exits.put(container, code));
        if (Integer.valueOf(SIGKILL).equals(kills.get(container)) && !replica.wasToldToEnd()) {
          actor.after(REMOVAL, () -> look(replica));
        } else {
          look(replica);
        }
      }
      case DESTROY -> sink.ended(replica, code(container), REMOVED);
      case PAUSE -> sink.replace(replica, "paused by hand");
      default -> {}
    }
  }

  /** Looks how the container is, and says so if it has ended. */
  void look(Supervised<String> replica) {
    String container = containerOf(replica);
    engine
        .inspect(container)
        .onSuccess(found -> seen(replica, found))
        .onFailure(
            failure -> {
              if (failure instanceof EngineFailure.NotFound) {
                sink.ended(replica, code(container), REMOVED);
              } else {
                again(() -> look(replica), replica, "see how replica {} is: {}", failure);
              }
            });
  }

  private void seen(Supervised<String> replica, InspectContainerResponse found) {
    InspectContainerResponse.ContainerState state = found.getState();
    boolean runs = Boolean.TRUE.equals(state.getRunning());
    if (runs && Boolean.TRUE.equals(state.getPaused()) && !replica.wasToldToEnd()) {
      sink.replace(replica, "paused by hand");
    }
    if (runs) {
      return;
    }
    Long exit = state.getExitCodeLong();
    OptionalInt code = exit == null ? OptionalInt.empty() : OptionalInt.of(exit.intValue());
    sink.ended(replica, code, how(found, code));
  }

  private String how(InspectContainerResponse found, OptionalInt code) {
    if (Boolean.TRUE.equals(found.getState().getOOMKilled())
        || outOfMemory.contains(found.getId())) {
      Long memory = found.getHostConfig() == null ? null : found.getHostConfig().getMemory();
      return memory == null || memory == 0
          ? "killed for using too much memory (OOM)"
          : "killed for using more than " + memory / MIB + " MiB (OOM)";
    }
    if ("removing".equals(found.getState().getStatus())) {
      return REMOVED;
    }
    Integer signal = kills.get(found.getId());
    if (signal != null && (signal == SIGTERM || signal == SIGKILL)) {
      return (signal == SIGTERM ? "stopped by hand" : "killed by hand");
    }
    String error = found.getState().getError();
    return ExitReason.of(code) + (error == null || error.isBlank() ? "" : ": " + error);
  }

  /** Asks it to end; after the grace the engine kills it. */
  void stop(Supervised<String> replica, Duration grace) {
    String container = containerOf(replica);
    if (!stopping.add(container)) {
      return;
    }
    note(replica.id)
        .compose(noted -> engine.stop(container, grace))
        .onComplete(
            done -> {
              stopping.remove(container);
              // The event may be lost, the end is not.
              if (done.succeeded() || done.cause() instanceof EngineFailure.NotFound) {
                look(replica);
              } else {
                again(() -> stop(replica, grace), replica, "stop replica {}: {}", done.cause());
              }
            });
  }

  /** An earlier gateway was ending this replica, and has not come to its end. */
  boolean wasStopping(String replica) {
    return marks.wasStopping(replica);
  }

  /** Written first: if the gateway dies now, the next one goes on ending it. */
  private Future<?> note(String replica) {
    return actor
        .files(
            () -> {
              marks.set(replica);
              return true;
            })
        .otherwise(
            failure -> {
              // A full disk must not keep a replica alive.
              log.warn("cannot note that {} is being ended: {}", replica, failure.toString());
              return false;
            });
  }

  private void again(Runnable work, Supervised<String> replica, String what, Throwable failure) {
    if (replica.phase() == Phase.ENDED || actor.isClosed()) {
      return;
    }
    if (!(failure instanceof EngineFailure.Away)) {
      log.warn("cannot " + what, replica.id, failure.getMessage());
    }
    actor.after(
        AGAIN,
        () -> {
          if (replica.phase() != Phase.ENDED) {
            work.run();
          }
        });
  }

  /**
   * It has ended: keeps what it wrote, and removes it. What cannot be removed is told as ended all
   * the same, and tried again until it is gone.
   */
  void settle(Supervised<String> replica, Consumer<List<String>> done, Runnable cleared) {
    settle(replica, done, cleared, 0);
  }

  private void settle(
      Supervised<String> replica, Consumer<List<String>> done, Runnable cleared, int failures) {
    logs.keep(replica.agent, replica.id, containerOf(replica))
        .onSuccess(lines -> clear(replica, lines, done, cleared))
        .onFailure(
            failure -> {
              if (actor.isClosed()) {
                return;
              }
              if (failures == MOST_READS) {
                log.warn("the log of {} is lost: {}", replica.id, failure.getMessage());
                clear(replica, List.of(), done, cleared);
                return;
              }
              // An engine that is away is waited for, however long.
              engine
                  .ping()
                  .onComplete(
                      pinged ->
                          actor.after(
                              AGAIN,
                              () ->
                                  settle(
                                      replica,
                                      done,
                                      cleared,
                                      pinged.succeeded() ? failures + 1 : failures)));
            });
  }

  private void clear(
      Supervised<String> replica,
      List<String> lines,
      Consumer<List<String>> done,
      Runnable cleared) {
    String container = containerOf(replica);
    remove(container)
        .onComplete(
            removed -> {
              forget(replica.id, container);
              if (removed.succeeded()) {
                cleared.run();
              } else if (!actor.isClosed()) {
                log.warn(
                    "replica {} has ended but cannot be removed, its name and port stay taken until it is: {}",
                    replica.id,
                    removed.cause().getMessage());
                clearLater(container, AGAIN, cleared);
              }
              done.accept(lines);
            });
  }

  private void clearLater(String container, Duration wait, Runnable cleared) {
    actor.after(
        wait,
        () ->
            remove(container)
                .onSuccess(
                    removed -> {
                      log.info("container {} is removed at last", container);
                      cleared.run();
                    })
                .onFailure(
                    failure -> {
                      if (!actor.isClosed()) {
                        Duration next = wait.multipliedBy(2);
                        clearLater(container, next.compareTo(SELDOM) < 0 ? next : SELDOM, cleared);
                      }
                    }));
  }

  /** Removes a container; one that is gone or being removed is fine. */
  Future<Void> remove(String container) {
    return engine
        .remove(container)
        .recover(
            failure ->
                failure instanceof EngineFailure.Conflict
                        && String.valueOf(failure.getMessage()).contains("in progress")
                    ? Future.succeededFuture()
                    : ContainerRunner.goneIsFine(failure));
  }

  private OptionalInt code(String container) {
    return Optional.ofNullable(exits.get(container))
        .map(OptionalInt::of)
        .orElse(OptionalInt.empty());
  }

  private void forget(String replica, String container) {
    actor
        .files(
            () -> {
              marks.remove(replica);
              return true;
            })
        .onFailure(e -> log.debug("the mark of {} stays: {}", replica, e.toString()));
    kills.remove(container);
    exits.remove(container);
    outOfMemory.remove(container);
  }

  /** The container of a replica that was started. */
  static String containerOf(Supervised<String> replica) {
    @Nullable Running<String> running = replica.running();
    if (running == null) {
      throw new IllegalStateException("replica " + replica.id + " was never started");
    }
    return running.handle();
  }
}
