package dev.nexusdelta.host.docker;

import static dev.nexusdelta.host.docker.TinyContainers.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.host.LogQuery;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The streams while an engine is stopped, killed and frozen under them; takes root and a {@code
 * dockerd} of its own, which has to manage a line each 5 ms.
 */
@Tag("long")
@Tag("alone")
final class EngineRestartIT {
  private static final Map<String, String> OURS = Map.of("nexus.agent", "A");
  private static final String COUNTING =
      "i=0; while [ ! -e /end ]; do i=$((i+1)); echo $i;"
          + " [ $((i%10)) = 0 ] && echo $i >&2; busybox usleep 5000; done; echo last";

  @TempDir private Path folder;

  private final List<ContainerLine> lines = new CopyOnWriteArrayList<>();
  private final List<ContainerEvent> told = new CopyOnWriteArrayList<>();
  private final AtomicInteger gaps = new AtomicInteger();
  private final AtomicBoolean ended = new AtomicBoolean();
  private Vertx vertx;
  private OwnEngine engine;
  private TinyContainers containers;
  private EngineEvents events;
  private StatsStreams stats;
  private ContainerLogs logs;
  private long socketsBefore;
  private String id;

  @BeforeEach
  void openAll() throws IOException, InterruptedException {
    engine = new OwnEngine(folder);
    until("the engine answers", this::answers);
    vertx = Vertx.vertx();
    containers = new TinyContainers(engine.address());
    socketsBefore = TinyContainers.sockets();
    EngineWire wire = containers.wire();
    events = new EngineEvents(wire, vertx.getOrCreateContext(), listener());
    stats = new StatsStreams(wire, vertx, Duration.ofSeconds(3));
    logs = new ContainerLogs(wire, vertx.getOrCreateContext());
    events.start();
    until("listed", () -> gaps.get() == 1);
    id = containers.run(COUNTING, OURS);
    stats.subscribe(id);
    logs.follow(
        id,
        new LogQuery(Optional.empty(), Integer.MAX_VALUE),
        lines::addAll,
        () -> ended.set(true));
    until("flows", () -> lines.size() > 10 && stats.latest(id).isPresent());
  }

  private EngineEvents.Listener listener() {
    return new EngineEvents.Listener() {
      @Override
      public void gap() {
        gaps.incrementAndGet();
      }

      @Override
      public void happened(ContainerEvent event) {
        told.add(event);
      }
    };
  }

  @AfterEach
  void closeAll() throws IOException, InterruptedException {
    try {
      events.close();
      stats.close();
      logs.close();
      TinyContainers.untilNothingIsLeft(socketsBefore);
    } finally {
      containers.close();
      engine.close();
      vertx.close();
    }
  }

  @Test
  void allGoOnAfterAnOrderlyRestart() throws IOException, InterruptedException {
    goOnAfter(() -> engine.restart("TERM"));
  }

  @Test
  void allGoOnAfterAKill() throws IOException, InterruptedException {
    goOnAfter(() -> engine.restart("KILL"));
  }

  private interface Fault {
    void strike() throws IOException, InterruptedException;
  }

  private void goOnAfter(Fault fault) throws IOException, InterruptedException {
    fault.strike();
    until("stale", () -> stats.latest(id).isEmpty() || answers());
    until("the engine answers", this::answers);
    until("told to list", () -> gaps.get() == 2, gaps::get);
    int before = lines.size();
    until("lines flow", () -> lines.size() > before + 10);
    until("sampled", () -> stats.latest(id).isPresent());
    endAndCompare();
  }

  @Test
  void allGoOnAfterAFreeze() throws IOException, InterruptedException {
    engine.signal("STOP");
    try {
      until("stale", () -> stats.latest(id).isEmpty());
      events.suspect();
      stats.suspect();
      logs.suspect();
      LockSupport.parkNanos(500_000_000);
      events.suspect();
      EngineEvents hung =
          new EngineEvents(containers.wire(), vertx.getOrCreateContext(), listener());
      hung.start();
      int threads = TinyContainers.threads().size();
      LockSupport.parkNanos(100_000_000);
      hung.close();
      until("ends while hung", () -> TinyContainers.threads().size() < threads);
      assertThat(gaps).hasValue(1);
    } finally {
      engine.signal("CONT");
    }
    until("told to list", () -> gaps.get() == 2, gaps::get);
    until("sampled", () -> stats.latest(id).isPresent());
    endAndCompare();
  }

  /** Every line came once, and what happened after the gap was told. */
  private void endAndCompare() {
    containers
        .client()
        .execStartCmd(
            containers
                .client()
                .execCreateCmd(id)
                .withCmd("/bin/busybox", "touch", "/end")
                .exec()
                .getId())
        .exec(new com.github.dockerjava.api.async.ResultCallback.Adapter<>());
    until("ended", ended::get, () -> lines.size() + " lines");
    List<String> output =
        lines.stream().filter(line -> !line.error()).map(ContainerLine::text).toList();
    int last = output.size() - 1;
    assertThat(output.get(last)).isEqualTo("last");
    assertThat(output.subList(0, last))
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, last).mapToObj(Integer::toString).toList());
    assertThat(lines.stream().filter(ContainerLine::error).map(ContainerLine::text))
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, last / 10).mapToObj(i -> Integer.toString(i * 10)).toList());
    until(
        "told of the end",
        () -> told.stream().anyMatch(event -> event.kind() == ContainerEvent.Kind.DIE),
        () -> told);
  }

  private boolean answers() {
    try (EngineClients clients = new EngineClients(engine.address(), Duration.ofSeconds(1))) {
      clients.calls().pingCmd().exec();
      return true;
    } catch (RuntimeException notYet) {
      return false;
    }
  }
}
