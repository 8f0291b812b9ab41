package dev.nexusdelta.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexusdelta.discovery.Release;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link ReplicaHost} keeps, whatever its engine can do. Its replicas answer {@code GET
 * /id} with their id, {@code GET /print?<text>} writes a line to the log, and {@code GET
 * /exit?<code>} ends them.
 */
@Timeout(value = 90, unit = TimeUnit.SECONDS)
public interface ReplicaHostTck {
  /** A host on the engine of this test; a second one takes over what the first has left. */
  ReplicaHost newHost();

  /** A release whose replicas do what is said above. */
  Release release(String agent, String id);

  /** The folder to prepare it from. */
  java.nio.file.Path folder(Release release);

  /** One host with its logbook. */
  final class Opened implements AutoCloseable {
    final ReplicaHost host;
    final EventLogbook book = new EventLogbook();
    final List<ObservedReplica> adopted;

    Opened(ReplicaHost host) {
      this.host = host;
      this.adopted = get(host.open(book));
    }

    List<ObservedReplica> start(Release release, int count) throws InterruptedException {
      List<ObservedReplica> started = new ArrayList<>();
      int mark = book.mark();
      get(host.apply(release, count, List.of()));
      while (started.size() < count) {
        ObservedReplica next =
            book.awaitStarted(mark, started.stream().map(ObservedReplica::id).toList());
        started.add(next);
        assertThat(Http.await(next, "/id")).isEqualTo(next.id());
      }
      return started;
    }

    @Override
    public void close() {
      get(host.close(true));
    }
  }

  /** Opens, and prepares these. */
  default Opened open(Release... releases) {
    Opened opened = new Opened(newHost());
    for (Release release : releases) {
      get(opened.host.prepare(release, folder(release)));
    }
    return opened;
  }

  /** Waits with a deadline. */
  static <T> T get(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    } catch (java.util.concurrent.ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new AssertionError(e.getCause());
    } catch (InterruptedException | java.util.concurrent.TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  default void runsAsManyAsAreWantedEachWithItsOwnIdOrdinalAndAddress()
      throws InterruptedException {
    Release release = release("Tck", "r1");
    try (Opened opened = open(release)) {
      List<ObservedReplica> started = opened.start(release, 3);

      assertThat(started).extracting(ObservedReplica::ordinal).containsExactlyInAnyOrder(1, 2, 3);
      assertThat(started)
          .extracting(replica -> replica.address() + ":" + replica.port())
          .doesNotHaveDuplicates();
      assertThat(started).allMatch(r -> r.release().equals("r1") && !r.adopted());
    }
  }

  @Test
  default void stopsWhatIsTooMuchAndCallsItWanted() throws InterruptedException {
    Release release = release("Tck", "r1");
    try (Opened opened = open(release)) {
      List<ObservedReplica> started = opened.start(release, 3);
      String wish = started.get(0).id();
      int mark = opened.book.mark();

      get(opened.host.apply(release, 2, List.of(wish)));

      HostEvent.Gone gone = opened.book.await(mark, HostEvent.Gone.class, e -> true);
      assertThat(gone.exit().wanted()).isTrue();
      assertThat(Http.answers(gone.replica())).isFalse();
      if (opened.host.capabilities().choosesVictims()) {
        assertThat(gone.replica().id()).isEqualTo(wish);
      }
    }
  }

  @Test
  default void wantingNoneEndsAll() throws InterruptedException {
    Release release = release("Tck", "r1");
    try (Opened opened = open(release)) {
      List<ObservedReplica> started = opened.start(release, 2);

      get(opened.host.apply(release, 0, List.of()));

      for (ObservedReplica replica : started) {
        assertThat(opened.book.awaitGone(replica.id()).exit().wanted()).isTrue();
        assertThat(Http.answers(replica)).isFalse();
      }
    }
  }

  @Test
  default void replacesWhatEndsByItself() throws InterruptedException {
    Release release = release("Tck", "r1");
    try (Opened opened = open(release)) {
      ObservedReplica first = opened.start(release, 1).get(0);

      Http.await(first, "/exit?3");

      HostEvent.Gone gone = opened.book.awaitGone(first.id());
      assertThat(gone.exit().wanted()).isFalse();
      assertThat(gone.exit().reason()).isNotEmpty();
      ObservedReplica second = opened.book.awaitStarted(0, List.of(first.id()));
      assertThat(Http.await(second, "/id")).isEqualTo(second.id());
      if (!opened.host.capabilities().restartsByItself()) {
        HostEvent.BackingOff waits = opened.book.await(0, HostEvent.BackingOff.class, e -> true);
        assertThat(waits.failures()).isEqualTo(1);
        assertThat(waits.delay()).hasMillis(100);
      }
    }
  }

  @Test
  default void replacesOnRequestAndTellsTheReason() throws InterruptedException {
    Release release = release("Tck", "r1");
    try (Opened opened = open(release)) {
      ObservedReplica first = opened.start(release, 1).get(0);

      get(opened.host.replace(first.id(), "not healthy within 60s"));

      HostEvent.Gone gone = opened.book.awaitGone(first.id());
      assertThat(gone.exit().wanted()).isFalse();
      assertThat(gone.exit().reason()).isEqualTo("not healthy within 60s");
      ObservedReplica second = opened.book.awaitStarted(0, List.of(first.id()));
      assertThat(Http.await(second, "/id")).isEqualTo(second.id());
    }
  }

  @Test
  default void replacingAnUnknownReplicaFails() {
    try (Opened opened = open()) {
      assertThatThrownBy(() -> get(opened.host.replace("nobody", "because")))
          .hasMessageContaining("nobody");
    }
  }

  @Test
  default void runsTwoReleasesOfAnAgentSideBySide() throws InterruptedException {
    Release older = release("Tck", "r1");
    Release newer = release("Tck", "r2");
    try (Opened opened = open(older, newer)) {
      ObservedReplica first = opened.start(older, 1).get(0);
      ObservedReplica second = opened.start(newer, 1).get(0);

      assertThat(second.ordinal()).isNotEqualTo(first.ordinal());
      get(opened.host.apply(older, 0, List.of()));
      opened.book.awaitGone(first.id());
      assertThat(Http.await(second, "/id")).isEqualTo(second.id());
    }
  }

  @Test
  default void preparingAndApplyingAgainChangesNothing() throws InterruptedException {
    Release release = release("Tck", "r1");
    try (Opened opened = open(release)) {
      ObservedReplica only = opened.start(release, 1).get(0);
      int mark = opened.book.mark();

      get(opened.host.prepare(release, folder(release)));
      get(opened.host.apply(release, 1, List.of()));

      assertThat(Http.await(only, "/id")).isEqualTo(only.id());
      assertThat(opened.book.mark()).isEqualTo(mark);
    }
  }

  @Test
  default void applyingWhatWasNeverPreparedFails() {
    Release release = release("Tck", "unknown");
    try (Opened opened = open()) {
      assertThatThrownBy(() -> get(opened.host.apply(release, 1, List.of())))
          .hasMessageContaining("unknown")
          .hasMessageContaining("prepared");
    }
  }

  @Test
  default void keepsLogsOfTheLivingAndTheDead() throws InterruptedException {
    Release release = release("Tck", "r1");
    try (Opened opened = open(release)) {
      ObservedReplica only = opened.start(release, 1).get(0);
      List<LogLine> followed = new ArrayList<>();
      Http.await(only, "/print?one");
      awaitLine(opened, "one");
      ReplicaHost.Closeable following =
          opened.host.follow(
              release.agent(),
              line -> {
                synchronized (followed) {
                  followed.add(line);
                  followed.notifyAll();
                }
              });
      try (following) {
        awaitFollowed(followed, only);
      }
      get(opened.host.apply(release, 0, List.of()));
      opened.book.awaitGone(only.id());

      List<LogLine> lines =
          get(opened.host.logs(release.agent(), new LogQuery(Optional.empty(), 100)));
      assertThat(lines).anyMatch(l -> l.text().equals("one") && l.replica().equals(only.id()));
    }
  }

  private static void awaitLine(Opened opened, String text) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (get(opened.host.logs(new dev.nexusdelta.manifest.AgentName("Tck"), all())).stream()
        .noneMatch(l -> l.text().equals(text))) {
      assertThat(System.nanoTime()).as("line " + text).isLessThan(end);
    }
  }

  private static LogQuery all() {
    return new LogQuery(Optional.empty(), 1_000);
  }

  /** Prints until the follower, which begins at some moment, has seen one. */
  private static void awaitFollowed(List<LogLine> followed, ObservedReplica replica)
      throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    synchronized (followed) {
      while (followed.isEmpty()) {
        assertThat(System.nanoTime()).isLessThan(end);
        Http.await(replica, "/print?two");
        followed.wait(50);
      }
      assertThat(followed.get(0).text()).isEqualTo("two");
      assertThat(followed.get(0).replica()).isEqualTo(replica.id());
    }
  }

  @Test
  default void tellsWhatAReplicaUses() throws InterruptedException {
    Release release = release("Tck", "r1");
    try (Opened opened = open(release)) {
      ObservedReplica only = opened.start(release, 1).get(0);

      assertThat(get(opened.host.stats(only.id())).memoryBytes()).isPositive();
      assertThatThrownBy(() -> get(opened.host.stats("nobody"))).hasMessageContaining("nobody");
    }
  }

  @Test
  default void theNextHostAdoptsWhatWasLeftRunning() throws InterruptedException {
    Release release = release("Tck", "r1");
    Opened before = open(release);
    List<ObservedReplica> started = before.start(release, 2);
    get(before.host.close(false));

    try (Opened after = open()) {
      assertThat(ids(after.adopted)).isEqualTo(ids(started));
      assertThat(after.adopted).allMatch(ObservedReplica::adopted);
      get(after.host.apply(release, 2, List.of()));
      for (ObservedReplica replica : after.adopted) {
        assertThat(Http.await(replica, "/id")).isEqualTo(replica.id());
      }
      Http.await(started.get(0), "/exit?1");
      after.book.awaitGone(started.get(0).id());
      after.book.awaitStarted(0, List.copyOf(ids(started)));
    }
  }

  @Test
  default void closingWithItsReplicasEndsThem() throws InterruptedException {
    Release release = release("Tck", "r1");
    List<ObservedReplica> started;
    try (Opened opened = open(release)) {
      started = opened.start(release, 2);
    }
    for (ObservedReplica replica : started) {
      assertThat(Http.answers(replica)).isFalse();
    }
    try (Opened after = open()) {
      assertThat(after.adopted).isEmpty();
    }
  }

  private static Set<String> ids(List<ObservedReplica> replicas) {
    return replicas.stream().map(ObservedReplica::id).collect(Collectors.toSet());
  }
}
