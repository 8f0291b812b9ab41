package dev.nexusdelta.host.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.host.ReplicaHostTck;
import dev.nexusdelta.host.logs.LogFiles;
import dev.nexusdelta.host.supervision.Actor;
import dev.nexusdelta.host.supervision.Supervised;
import dev.nexusdelta.host.supervision.SupervisedReplicas;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Endings on a machine whose processes cannot be seen for a while. */
final class EndingsTest {
  private static final Path REAL = Path.of("/proc");

  @TempDir Path root;
  private final Vertx vertx = Vertx.vertx();
  private final Actor actor = new Actor(vertx.getOrCreateContext(), "endings-test", 1, 1);
  private IntentFiles intents;
  private Endings endings;
  private Process process;
  private Supervised<Spawned> replica;

  @BeforeEach
  void run() throws IOException {
    intents = new IntentFiles(Files.createDirectories(root.resolve("replicas")));
    endings =
        new Endings(
            actor,
            new Group(new Proc(root.resolve("proc")), "test"),
            intents,
            new LogFiles(root.resolve("logs"), 1_000),
            Duration.ofMillis(1),
            "boot");
    ProcessBuilder sleep = new ProcessBuilder("sleep", "60");
    sleep.environment().put(Group.OWNER, "test");
    sleep.environment().put(Group.REPLICA, "a-1-x");
    process = sleep.start();
    long ticks = new Proc(REAL).stat(process.pid()).orElseThrow().startTicks();
    replica =
        SupervisedReplicas.running(
            new Supervised.Identity("a-1-x", new AgentName("A"), "r", 1, 1, Instant.EPOCH),
            new Spawned(process.pid(), ticks, Optional.of(process)).running(1));
    intents.write(Intent.of(replica, Intent.Phase.RUNNING, "boot"));
  }

  @AfterEach
  void end() throws Exception {
    process.destroyForcibly().waitFor();
    ReplicaHostTck.get(vertx.close());
    Files.deleteIfExists(root.resolve("proc"));
  }

  /** After what the actor has been asked before; one thread does all of it in turn. */
  private void see() {
    ReplicaHostTck.get(
        actor.ask(() -> actor.files(() -> Files.createSymbolicLink(root.resolve("proc"), REAL))));
  }

  @Test
  void whoCannotBeSeenIsNotTakenForGone() {
    Promise<List<String>> gone = Promise.promise();
    SupervisedReplicas.ended(replica);
    actor.run(() -> endings.settle(replica, gone::complete));
    // The look is over, and as long as there is nothing to see, each further one ends as it did.
    ReplicaHostTck.get(actor.ask(() -> actor.files(() -> true)));
    assertThat(gone.future().isComplete()).isFalse();
    assertThat(intents.exists(replica.id)).isTrue();
    see();
    ReplicaHostTck.get(gone.future());
    assertThat(process.isAlive()).isFalse();
    assertThat(intents.exists(replica.id)).isFalse();
  }

  @Test
  void theKillIsRepeatedUntilItHasWorked() throws Exception {
    Promise<Void> tried = Promise.promise();
    actor.run(
        () -> {
          SupervisedReplicas.stopping(replica);
          endings.stop(replica);
          actor.after(
              Duration.ofMillis(50),
              () -> actor.files(() -> true).<Void>mapEmpty().onComplete(tried));
        });
    ReplicaHostTck.get(tried.future());
    see();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    Future<Void> ended =
        actor.ask(
            () -> {
              SupervisedReplicas.ended(replica);
              return Future.succeededFuture();
            });
    ReplicaHostTck.get(ended);
  }
}
