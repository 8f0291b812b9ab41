package dev.nexusdelta.host.docker;

import static dev.nexusdelta.host.docker.TinyContainers.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.nexusdelta.host.LogQuery;
import dev.nexusdelta.host.ReplicaHost;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("long")
@NeedsEngine
final class ContainerLogsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int ALL = Integer.MAX_VALUE;

  private final List<ContainerLine> lines = new CopyOnWriteArrayList<>();
  private final AtomicBoolean ended = new AtomicBoolean();
  private Vertx vertx;
  private TinyContainers containers;
  private ContainerLogs logs;
  private long socketsBefore;

  @BeforeEach
  void open() throws IOException {
    vertx = Vertx.vertx();
    containers = new TinyContainers(EngineCondition.address());
    socketsBefore = TinyContainers.sockets();
    logs = new ContainerLogs(containers.wire(), vertx.getOrCreateContext());
  }

  @AfterEach
  void closeAll() {
    try {
      logs.close();
      TinyContainers.untilNothingIsLeft(socketsBefore);
    } finally {
      containers.close();
      vertx.close();
    }
  }

  @Test
  void readsBothStreamsWithTimes() {
    String id = written("echo one; echo two >&2; busybox sleep 0.1; echo; busybox printf three");
    List<ContainerLine> all = read(id, Optional.empty(), ALL);
    assertThat(all)
        .extracting(line -> line.error() + line.text())
        .containsExactlyInAnyOrder("falseone", "truetwo", "false", "falsethree");
    assertThat(all.get(3).text()).isEqualTo("three");
    assertThat(all.get(2).at()).isAfter(all.get(1).at()).isBeforeOrEqualTo(all.get(3).at());
    assertThat(read(id, Optional.empty(), 1)).containsExactly(all.get(3));
    assertThat(read(id, Optional.empty(), 0)).isEmpty();
    Instant third = all.get(2).at();
    assertThat(read(id, Optional.of(third), ALL)).containsExactly(all.get(2), all.get(3));
    assertThat(read(id, Optional.of(third.plusNanos(1)), ALL)).doesNotContain(all.get(2));
  }

  @Test
  void joinsLongLinesAndCutsTheLongest() {
    String x = "busybox head -c %d /dev/zero | busybox tr '\\0' x; echo;";
    String id = written(x.formatted(50_000) + x.formatted(1_000_000) + "echo next");
    assertThat(read(id, Optional.empty(), ALL))
        .extracting(ContainerLine::text)
        .containsExactly("x".repeat(50_000), "x".repeat(65_536) + " … (934464 more bytes)", "next");
  }

  @Test
  void saysWhatIsWrong() {
    assertThat(failure(logs.read("none", new LogQuery(Optional.empty(), 1), PATIENCE)))
        .isInstanceOf(EngineFailure.NotFound.class)
        .hasMessageContaining("No such container");
    String id = containers.run("busybox yes");
    assertThat(failure(logs.read(id, new LogQuery(Optional.empty(), ALL), Duration.ofMillis(1))))
        .isInstanceOf(EngineFailure.Away.class)
        .hasMessageContaining("1 ms");
    follow("none", ALL);
    until("ended", ended::get);
  }

  @Test
  void followsToTheEnd() {
    String id = containers.run("for i in 1 2 3 4 5; do echo $i; busybox sleep 0.1; done; echo 6");
    follow(id, ALL);
    until("ended", ended::get);
    assertThat(lines).extracting(ContainerLine::text).containsExactly("1", "2", "3", "4", "5", "6");
  }

  @Test
  void followsFromATail() {
    String id = containers.run("for i in 1 2 3 4; do echo $i; done; busybox sleep 1; echo new");
    until("written", () -> read(id, Optional.empty(), ALL).size() == 4);
    follow(id, 2);
    List<ContainerLine> onlyNew = new CopyOnWriteArrayList<>();
    logs.follow(id, new LogQuery(Optional.empty(), 0), onlyNew::addAll, () -> {});
    until("ended", ended::get);
    assertThat(lines).extracting(ContainerLine::text).containsExactly("3", "4", "new");
    assertThat(onlyNew).extracting(ContainerLine::text).containsExactly("new");
  }

  @Test
  void losesAndRepeatsNothingThroughCuts() {
    String id =
        containers.run(
            "i=0; while [ $i -lt 4000 ]; do i=$((i+1)); echo $i;"
                + " [ $((i%3)) = 0 ] && echo e$i >&2; [ $((i%500)) = 0 ] && busybox sleep 0.1;"
                + " done; exit 0");
    follow(id, ALL);
    AtomicInteger cuts = new AtomicInteger();
    while (!ended.get() && cuts.get() < 150) {
      logs.suspect();
      LockSupport.parkNanos((1 + cuts.incrementAndGet() % 40) * 1_000_000L);
    }
    until("ended", ended::get, () -> lines.size() + " lines, " + cuts + " cuts");
    List<ContainerLine> kept = read(id, Optional.empty(), ALL);
    assertThat(kept).as("what the engine kept").hasSizeGreaterThan(4_000);
    for (boolean error : new boolean[] {false, true}) {
      List<ContainerLine> expected = ofStream(kept, error);
      List<ContainerLine> actual = ofStream(lines, error);
      assertThat(firstDifference(actual, expected)).isEqualTo("none");
    }
  }

  @Test
  void aSlowReceiverGetsBoundedBatches() {
    String id = containers.run("busybox yes | busybox head -n 50000");
    AtomicInteger largest = new AtomicInteger();
    AtomicInteger count = new AtomicInteger();
    logs.follow(
        id,
        new LogQuery(Optional.empty(), ALL),
        batch -> {
          largest.accumulateAndGet(batch.size(), Math::max);
          count.addAndGet(batch.size());
          LockSupport.parkNanos(1_000_000);
        },
        () -> ended.set(true));
    until("ended", ended::get, count::get);
    assertThat(count).hasValue(50_000);
    assertThat(largest).hasValueLessThanOrEqualTo(1_024);
  }

  @Test
  void closingEndsAtOnceEvenWhileNobodyTakesLines() {
    String id = containers.run("busybox yes");
    ReplicaHost.Closeable[] follow = new ReplicaHost.Closeable[1];
    AtomicInteger after = new AtomicInteger();
    follow[0] =
        logs.follow(
            id,
            new LogQuery(Optional.empty(), ALL),
            batch -> {
              if (lines.isEmpty()) {
                lines.addAll(batch);
                follow[0].close();
              } else {
                after.addAndGet(batch.size());
              }
            },
            () -> ended.set(true));
    TinyContainers.untilNothingIsLeft(socketsBefore);
    assertThat(after).hasValue(0);
    assertThat(ended).isFalse();
  }

  @Test
  void twoThousandFollowsLeaveNothing() {
    String id = containers.run("while true; do echo x; busybox sleep 0.01; done");
    for (int i = 0; i < 2_000; i++) {
      ReplicaHost.Closeable follow = follow(id, i % 2 == 0 ? 0 : ALL);
      if (i % 20 == 0) {
        int before = lines.size();
        until("follows", () -> lines.size() > before);
      }
      follow.close();
      follow.close();
    }
    TinyContainers.untilNothingIsLeft(socketsBefore);
  }

  @Test
  void refusesMoreThanItCanFollow() {
    String id = containers.run("busybox sleep 1000");
    List<ReplicaHost.Closeable> follows = new ArrayList<>();
    for (int i = 0; i < ContainerLogs.MOST_AT_ONCE; i++) {
      follows.add(follow(id, 0));
    }
    assertThatThrownBy(() -> follow(id, 0)).hasMessageContaining("256 logs are being read");
    assertThat(failure(logs.read(id, new LogQuery(Optional.empty(), 1), PATIENCE)))
        .hasMessageContaining("256 logs are being read");
    follows.forEach(ReplicaHost.Closeable::close);
    TinyContainers.untilNothingIsLeft(socketsBefore);
    follow(id, 0);
    logs.close();
    assertThatThrownBy(() -> follow(id, 0)).hasMessageContaining("closed");
  }

  private ReplicaHost.Closeable follow(String id, int tail) {
    return logs.follow(
        id, new LogQuery(Optional.empty(), tail), lines::addAll, () -> ended.set(true));
  }

  private String written(String script) {
    String id = containers.run(script);
    until(
        "has ended",
        () ->
            "exited"
                .equals(containers.client().inspectContainerCmd(id).exec().getState().getStatus()));
    return id;
  }

  private List<ContainerLine> read(String id, Optional<Instant> since, int tail) {
    return get(logs.read(id, new LogQuery(since, tail), PATIENCE));
  }

  private static List<ContainerLine> ofStream(List<ContainerLine> lines, boolean error) {
    return lines.stream().filter(line -> line.error() == error).toList();
  }

  /** Thousands of lines side by side help nobody. */
  private static String firstDifference(List<ContainerLine> actual, List<ContainerLine> expected) {
    int i = 0;
    while (i < actual.size() && i < expected.size() && actual.get(i).equals(expected.get(i))) {
      i++;
    }
    return i == actual.size() && i == expected.size()
        ? "none"
        : "after line %d of %d there is %s; expected %s of %d"
            .formatted(i, actual.size(), from(actual, i), from(expected, i), expected.size());
  }

  private static List<ContainerLine> from(List<ContainerLine> lines, int index) {
    return lines.stream().skip(index).limit(4).toList();
  }

  private static <T> T get(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e.getCause());
    }
  }

  private static Throwable failure(Future<?> future) {
    return catchThrowable(() -> get(future)).getCause();
  }
}
