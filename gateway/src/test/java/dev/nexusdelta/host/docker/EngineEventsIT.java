package dev.nexusdelta.host.docker;

import static dev.nexusdelta.host.docker.ContainerEvent.Kind.CREATE;
import static dev.nexusdelta.host.docker.ContainerEvent.Kind.DESTROY;
import static dev.nexusdelta.host.docker.ContainerEvent.Kind.DIE;
import static dev.nexusdelta.host.docker.ContainerEvent.Kind.KILL;
import static dev.nexusdelta.host.docker.ContainerEvent.Kind.PAUSE;
import static dev.nexusdelta.host.docker.ContainerEvent.Kind.START;
import static dev.nexusdelta.host.docker.ContainerEvent.Kind.STOP;
import static dev.nexusdelta.host.docker.ContainerEvent.Kind.UNPAUSE;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Container;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@NeedsEngine
final class EngineEventsIT {
  private static final Map<String, String> OURS = Map.of("nexus.agent", "A", "nexus.host", "h");

  private final Log log = new Log();
  private Vertx vertx;
  private TinyContainers containers;
  private EngineEvents events;
  private long socketsBefore;

  private static final class Log implements EngineEvents.Listener {
    private final AtomicInteger gaps = new AtomicInteger();
    private final List<ContainerEvent> events = new CopyOnWriteArrayList<>();

    @Override
    public void gap() {
      gaps.incrementAndGet();
    }

    @Override
    public void happened(ContainerEvent event) {
      events.add(event);
    }

    List<ContainerEvent.Kind> of(String id) {
      return events.stream()
          .filter(event -> event.container().equals(id))
          .map(ContainerEvent::kind)
          .toList();
    }
  }

  @BeforeEach
  void listen() throws IOException {
    vertx = Vertx.vertx();
    containers = new TinyContainers(EngineCondition.address());
    socketsBefore = TinyContainers.sockets();
    events = new EngineEvents(containers.wire(), vertx.getOrCreateContext(), log);
  }

  @AfterEach
  void closeAll() {
    try {
      events.close();
      TinyContainers.untilNothingIsLeft(socketsBefore);
    } finally {
      containers.close();
      vertx.close();
    }
  }

  @Test
  void tellsTheLifeOfLabelledContainers() {
    events.start();
    TinyContainers.until("told to list", () -> log.gaps.get() == 1);
    String ours =
        containers.run("trap 'exit 7' TERM; while true; do busybox sleep 0.1; done", OURS);
    containers.client().pauseContainerCmd(ours).exec();
    containers.client().unpauseContainerCmd(ours).exec();
    containers.client().stopContainerCmd(ours).withTimeout(5).exec();
    String foreign = containers.run("exit 0", Map.of("nexus.agent", "B"));
    String other = containers.run("exit 0");
    containers.remove(other);
    containers.remove(ours);
    TinyContainers.until("destroyed", () -> log.of(ours).contains(DESTROY), () -> log.events);

    assertThat(log.of(ours))
        .containsExactly(CREATE, START, PAUSE, UNPAUSE, KILL, DIE, STOP, DESTROY);
    ContainerEvent died =
        log.events.stream()
            .filter(event -> event.kind() == DIE && event.container().equals(ours))
            .findFirst()
            .orElseThrow();
    assertThat(died.exitCode()).hasValue(7);
    assertThat(died.labels()).containsAllEntriesOf(OURS);
    assertThat(died.name()).isNotEmpty().doesNotStartWith("/");
    assertThat(log.of(foreign)).contains(CREATE, START);
    assertThat(log.of(other)).isEmpty();
    assertThat(log.gaps).hasValue(1);
  }

  @Test
  void tellsAKillByTheKernelForWantOfMemory() {
    events.start();
    TinyContainers.until("told to list", () -> log.gaps.get() == 1);
    String id = containers.create("x=1; while true; do x=$x$x; done", OURS);
    containers.client().updateContainerCmd(id).withMemory(8L << 20).withMemorySwap(8L << 20).exec();
    containers.client().startContainerCmd(id).exec();
    TinyContainers.until("died", () -> log.of(id).contains(DIE), () -> log.events);
    assertThat(log.of(id)).contains(ContainerEvent.Kind.OOM);
  }

  /** What a user does: lists upon a gap, follows events after it. That must end with the truth. */
  @Test
  void losesNothingAroundGaps() throws InterruptedException {
    Set<String> known = ConcurrentHashMap.newKeySet();
    AtomicInteger gaps = new AtomicInteger();
    EngineEvents.Listener model =
        new EngineEvents.Listener() {
          @Override
          public void gap() {
            known.clear();
            containers.all().stream().map(Container::getId).forEach(known::add);
            gaps.incrementAndGet();
          }

          @Override
          public void happened(ContainerEvent event) {
            if (!containers.made(event.labels())) {
              return;
            }
            if (event.kind() == CREATE) {
              known.add(event.container());
            } else if (event.kind() == DESTROY) {
              known.remove(event.container());
            }
          }
        };
    events.close();
    events = new EngineEvents(containers.wire(), vertx.getOrCreateContext(), model);
    events.start();
    Thread maker =
        new Thread(
            () -> {
              for (int i = 0; i < 30; i++) {
                containers.create("exit 0", OURS);
                containers.remove(containers.create("exit 0", OURS));
              }
            });
    maker.start();
    int reopened = 0;
    while (maker.isAlive()) {
      events.suspect();
      reopened++;
      maker.join(reopened % 2 == 0 ? 3 : 40);
    }
    assertThat(containers.all()).hasSize(30);
    TinyContainers.until(
        "the model is the truth",
        () -> known.size() == 30 && known.equals(ids()),
        () -> known.size() + " known");
    assertThat(gaps).hasValueGreaterThan(5);
  }

  @Test
  void hundredsOfReopeningsAndClosingsLeaveNothing() {
    for (int i = 0; i < 300; i++) {
      try (EngineEvents brief =
          new EngineEvents(containers.wire(), vertx.getOrCreateContext(), log)) {
        brief.start();
        brief.suspect();
        brief.suspect();
      }
    }
    TinyContainers.untilNothingIsLeft(socketsBefore);
    int gaps = log.gaps.get();
    String id = containers.run("exit 0", OURS);
    assertThat(log.of(id)).isEmpty();
    assertThat(log.gaps).hasValue(gaps);
  }

  private Set<String> ids() {
    Set<String> ids = ConcurrentHashMap.newKeySet();
    containers.all().forEach(container -> ids.add(container.getId()));
    return ids;
  }
}
