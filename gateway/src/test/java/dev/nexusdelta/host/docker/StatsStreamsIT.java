package dev.nexusdelta.host.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.nexusdelta.host.ReplicaStats;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@NeedsEngine
final class StatsStreamsIT {
  private static final String IDLE = "busybox sleep 1000";

  private Vertx vertx;
  private TinyContainers containers;
  private StatsStreams stats;
  private long socketsBefore;

  @BeforeEach
  void open() throws IOException {
    vertx = Vertx.vertx();
    containers = new TinyContainers(EngineCondition.address());
    socketsBefore = TinyContainers.sockets();
    stats = new StatsStreams(containers.wire(), vertx, Duration.ofSeconds(10));
  }

  @AfterEach
  void closeAll() {
    try {
      stats.close();
      TinyContainers.untilNothingIsLeft(socketsBefore);
    } finally {
      containers.close();
      vertx.close();
    }
  }

  @Test
  void countsWhatTheContainerUses() {
    // 20 MiB in a variable, and a file of 30 MiB in the page cache that does not count.
    String id =
        containers.run(
            "busybox dd if=/dev/zero of=/f bs=1048576 count=30 2>/dev/null;"
                + " x=$(busybox head -c 20971520 /dev/zero | busybox tr '\\0' x);"
                + " while true; do :; done");
    stats.subscribe(id);
    stats.subscribe(id);
    TinyContainers.until("uses memory", () -> memory(id) > 20 << 20, () -> stats.latest(id));
    Duration before = stats.latest(id).orElseThrow().cpu();
    TinyContainers.until(
        "uses the processor",
        () -> stats.latest(id).orElseThrow().cpu().minus(before).toMillis() > 500);
    assertThat(memory(id)).isCloseTo(30L << 20, within(20L << 20));
    assertThat(TinyContainers.threads()).hasSize(1);
  }

  @Test
  void knowsNothingOfWhatIsNotWatchedOrDoesNotRun() {
    assertThat(stats.latest("unknown")).isEmpty();
    stats.subscribe("0123456789abcdef");
    TinyContainers.until("over", () -> TinyContainers.threads().isEmpty());
    String id = containers.run(IDLE);
    stats.subscribe(id);
    TinyContainers.until("sampled", () -> stats.latest(id).isPresent());
    containers.client().killContainerCmd(id).exec();
    TinyContainers.until("ended", () -> stats.latest(id).isEmpty());
    containers.client().startContainerCmd(id).exec();
    TinyContainers.until("started again", () -> stats.latest(id).isPresent());
    containers.remove(id);
    TinyContainers.until("removed", () -> TinyContainers.threads().isEmpty());
    assertThat(stats.latest(id)).isEmpty();
    stats.unsubscribe(id);
    stats.unsubscribe("unknown");
  }

  @Test
  void goesOnAfterACut() {
    String id = containers.run(IDLE);
    stats.subscribe(id);
    TinyContainers.until("sampled", () -> stats.latest(id).isPresent());
    ReplicaStats first = stats.latest(id).orElseThrow();
    stats.suspect();
    TinyContainers.until("sampled anew", () -> stats.latest(id).orElseThrow() != first);
    stats.unsubscribe(id);
    assertThat(stats.latest(id)).isEmpty();
  }

  @Test
  void twoThousandSubscriptionsLeaveNothing() {
    String id = containers.run(IDLE);
    for (int i = 0; i < 2_000; i++) {
      stats.subscribe(id);
      if (i % 20 == 0) {
        TinyContainers.until("connected", () -> TinyContainers.sockets() > socketsBefore);
      }
      stats.unsubscribe(id);
    }
    TinyContainers.untilNothingIsLeft(socketsBefore);
  }

  private long memory(String id) {
    return stats.latest(id).map(ReplicaStats::memoryBytes).orElse(0L);
  }
}
