package dev.nexusdelta.host.process;

import dev.nexusdelta.host.code.Build;
import dev.nexusdelta.host.logs.LogFiles;
import dev.nexusdelta.host.supervision.Actor;
import dev.nexusdelta.host.supervision.ExitReason;
import dev.nexusdelta.host.supervision.Supervised;
import dev.nexusdelta.host.supervision.Supervisor;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/**
 * What has to be looked at from time to time: whether adopted replicas still live, whether logs
 * have grown too large, whether the compiler is idle. For the supervisor's context only.
 */
final class Housekeeping {
  private static final Duration WATCH = Duration.ofMillis(250);
  private static final Duration TIDY = Duration.ofSeconds(1);
  private static final Duration STRAYS = Duration.ofSeconds(2);
  private static final long COMPILER_IDLE = Duration.ofSeconds(60).toNanos();

  private final Actor actor;
  private final Tools tools;
  private final LogFiles logs;
  private final Supervisor<Build, Spawned> supervisor;
  private boolean watching;
  private boolean tidying;

  Housekeeping(Actor actor, Tools tools, LogFiles logs, Supervisor<Build, Spawned> supervisor) {
    this.actor = actor;
    this.tools = tools;
    this.logs = logs;
    this.supervisor = supervisor;
  }

  void begin() {
    actor.every(WATCH, this::watch);
    actor.every(TIDY, this::tidy);
    actor.after(STRAYS, this::endStrays);
  }

  /** Adopted replicas are no children: nobody tells when they end. */
  private void watch() {
    List<Supervised<Spawned>> adopted =
        supervisor.all().stream()
            .filter(r -> r.isAdopted() && r.phase() != Supervised.Phase.ENDED)
            .toList();
    if (watching || adopted.isEmpty()) {
      return;
    }
    watching = true;
    Group group = tools.group();
    actor
        .files(
            () ->
                adopted.stream()
                    .filter(r -> !group.isAlive(Spawned.of(r).pid(), Spawned.of(r).startTicks()))
                    .toList())
        .onComplete(
            looked -> {
              watching = false;
              if (looked.succeeded()) {
                looked
                    .result()
                    .forEach(
                        r ->
                            supervisor.ended(
                                r, OptionalInt.empty(), ExitReason.of(OptionalInt.empty())));
              }
            });
  }

  private void tidy() {
    if (tidying) {
      return;
    }
    tidying = true;
    List<Supervised<Spawned>> all = supervisor.all();
    actor
        .files(
            () -> {
              all.forEach(r -> logs.rotate(r.agent, r.id));
              tools.compiler().endIfIdle(COMPILER_IDLE);
              return true;
            })
        .onComplete(done -> tidying = false);
  }

  /** Who was between fork and exec when an earlier gateway died has got its mark by now. */
  private void endStrays() {
    actor.files(
        () -> {
          tools.adoption().endStrays();
          return true;
        });
  }
}
