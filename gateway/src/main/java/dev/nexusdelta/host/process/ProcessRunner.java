package dev.nexusdelta.host.process;

import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.host.code.Build;
import dev.nexusdelta.host.supervision.Actor;
import dev.nexusdelta.host.supervision.Runner;
import dev.nexusdelta.host.supervision.Running;
import dev.nexusdelta.host.supervision.Supervised;
import io.vertx.core.Future;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** Replicas as processes. For the supervisor's context only. */
record ProcessRunner(Actor actor, Launcher launcher, Endings endings)
    implements Runner<Build, Spawned> {
  @Override
  public Future<Running<Spawned>> start(Release release, Build build, Supervised<Spawned> replica) {
    int port = replica.port();
    return actor
        .files(() -> launcher.launch(release, build, replica))
        .map(spawned -> spawned.running(port));
  }

  @Override
  public void watch(Supervised<Spawned> replica, Consumer<OptionalInt> ended) {
    Spawned.of(replica)
        .child()
        .ifPresent(
            process -> {
              // Never fails, so that nobody needs to look at what this returns.
              var unused =
                  process
                      .onExit()
                      .thenAccept(
                          p -> actor.run(() -> ended.accept(OptionalInt.of(p.exitValue()))));
            });
  }

  @Override
  public void stop(Supervised<Spawned> replica) {
    endings.stop(replica);
  }

  @Override
  public void settle(Supervised<Spawned> replica, Consumer<List<String>> done, Runnable cleared) {
    endings.settle(
        replica,
        lines -> {
          cleared.run();
          done.accept(lines);
        });
  }
}
