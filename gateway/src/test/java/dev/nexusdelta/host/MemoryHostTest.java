package dev.nexusdelta.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.manifest.Run;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The port's contract on an engine that chooses victims and restarts by itself. */
final class MemoryHostTest implements ReplicaHostTck {
  private final MemoryEngine engine = new MemoryEngine();

  @Override
  public ReplicaHost newHost() {
    return new MemoryHost(engine);
  }

  @Override
  public Release release(String agent, String id) {
    return TestAgents.release(agent, id, new Run.Command("memory"));
  }

  @Override
  public Path folder(Release release) {
    return Path.of(".");
  }

  @Test
  void saysWhileItsEngineIsAwayAndCatchesUpAfterwards() throws InterruptedException {
    Release release = release("Away", "r1");
    try (Opened opened = open(release)) {
      List<ObservedReplica> started = opened.start(release, 2);
      int mark = opened.book.mark();
      engine.goAway("no route to the engine");

      assertThat(opened.host.trouble()).contains("no route to the engine");
      assertThatThrownBy(() -> ReplicaHostTck.get(opened.host.apply(release, 3, List.of())))
          .isInstanceOf(HostAwayException.class);
      assertThatThrownBy(() -> ReplicaHostTck.get(opened.host.prepare(release, folder(release))))
          .isInstanceOf(HostAwayException.class);
      assertThat(Http.await(started.get(0).port(), "/id")).isEqualTo(started.get(0).id());
      engine.end(started.get(1).id(), OptionalInt.of(1), true, "crashed unseen");
      engine.comeBack();

      HostEvent.Resynced all = opened.book.await(mark, HostEvent.Resynced.class, e -> true);
      assertThat(all.all()).containsExactly(started.get(0));
      opened.book.await(mark, HostEvent.Trouble.class, e -> e.reason().isEmpty());
      opened.book.awaitStarted(mark, List.of());
      assertThat(engine.replicas()).hasSize(2);
    }
  }

  @AfterEach
  void closeEngine() {
    engine.close();
  }
}
