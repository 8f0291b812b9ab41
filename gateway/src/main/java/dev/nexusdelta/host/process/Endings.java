package dev.nexusdelta.host.process;

import dev.nexusdelta.host.logs.LogFiles;
import dev.nexusdelta.host.supervision.Actor;
import dev.nexusdelta.host.supervision.Supervised;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends replicas with everything they have started: asks the group, kills it after the grace, and
 * holds a replica for gone only when no process of it is left. For the supervisor's context only.
 */
final class Endings {
  private static final Logger log = LoggerFactory.getLogger(Endings.class);
  private static final Duration LOOK = Duration.ofMillis(25);
  private static final Duration AGAIN = Duration.ofSeconds(1);
  private static final int MOST_LOOKS_AFTER_KILL = 200;

  private final Actor actor;
  private final Group group;
  private final IntentFiles intents;
  private final LogFiles logs;
  private final Duration grace;
  private final String bootId;

  Endings(
      Actor actor, Group group, IntentFiles intents, LogFiles logs, Duration grace, String bootId) {
    this.actor = actor;
    this.group = group;
    this.intents = intents;
    this.logs = logs;
    this.grace = grace;
    this.bootId = bootId;
  }

  /** Asks the running replica to end; after the grace whatever is left of it is killed. */
  void stop(Supervised<Spawned> replica) {
    Intent stopping = Intent.of(replica, Intent.Phase.STOPPING, bootId);
    actor
        .files(
            () -> {
              writeDown(stopping);
              group.terminate(stopping.id(), stopping.pid(), stopping.startTicks());
              return true;
            })
        .onFailure(e -> log.error("cannot ask replica {} to end: {}", replica.id, e.toString()));
    actor.after(
        grace,
        () -> {
          replica.graceOver = true;
          if (replica.phase() == Supervised.Phase.STOPPING) {
            log.warn("replica {} has not ended within {} and is killed", replica.id, grace);
            killRest(replica);
          }
        });
  }

  /** Written first: if the gateway dies now, the next one goes on ending it. */
  private void writeDown(Intent stopping) {
    try {
      intents.write(stopping);
    } catch (IOException e) {
      // A full disk must not keep a replica alive.
      log.warn("cannot note that replica {} is being ended: {}", stopping.id(), e.toString());
    }
  }

  /** Until the leader has ended: a look or a signal may fail, on a machine short of everything. */
  private void killRest(Supervised<Spawned> replica) {
    if (replica.phase() != Supervised.Phase.STOPPING) {
      return;
    }
    actor
        .files(
            () -> {
              group.kill(
                  group.members(
                      replica.id, Spawned.of(replica).pid(), Spawned.of(replica).startTicks()));
              return true;
            })
        .onFailure(e -> log.error("cannot kill replica {}: {}", replica.id, e.toString()));
    actor.after(AGAIN, () -> killRest(replica));
  }

  /**
   * The leader has ended: waits for the rest, or kills it at once when the end was not asked for.
   *
   * @param done gets the replica's last lines when nothing of it is left
   */
  void settle(Supervised<Spawned> replica, Consumer<List<String>> done) {
    settle(replica, done, 0);
  }

  private void settle(
      Supervised<Spawned> replica, Consumer<List<String>> done, int looksAfterKill) {
    boolean kill = replica.graceOver || !replica.wasToldToEnd();
    actor
        .files(
            () -> {
              List<Long> rest =
                  group.members(
                      replica.id, Spawned.of(replica).pid(), Spawned.of(replica).startTicks());
              if (kill) {
                group.kill(rest);
              }
              return rest;
            })
        .onComplete(
            looked -> {
              if (looked.failed()) {
                lookAgain(replica, done, looksAfterKill, looked.cause());
                return;
              }
              boolean empty = looked.result().isEmpty();
              if (empty || looksAfterKill > MOST_LOOKS_AFTER_KILL) {
                if (!empty) {
                  log.error(
                      "processes {} of replica {} cannot be killed", looked.result(), replica.id);
                }
                forget(replica, done);
              } else {
                int looks = kill ? looksAfterKill + 1 : 0;
                actor.after(LOOK, () -> settle(replica, done, looks));
              }
            });
  }

  /** Who cannot be looked at may live and hold its port; once closed the next owner looks. */
  private void lookAgain(
      Supervised<Spawned> replica,
      Consumer<List<String>> done,
      int looksAfterKill,
      Throwable cause) {
    if (!actor.isClosed()) {
      log.error("cannot see whether replica {} is gone: {}", replica.id, cause.toString());
      actor.after(AGAIN, () -> settle(replica, done, looksAfterKill));
    }
  }

  private void forget(Supervised<Spawned> replica, Consumer<List<String>> done) {
    actor
        .files(
            () -> {
              intents.delete(replica.id);
              logs.prune(replica.agent, intents::exists);
              return logs.lastLines(replica.agent, replica.id);
            })
        .onComplete(lines -> done.accept(lines.succeeded() ? lines.result() : List.of()));
  }
}
