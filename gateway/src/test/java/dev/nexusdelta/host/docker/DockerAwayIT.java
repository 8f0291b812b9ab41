package dev.nexusdelta.host.docker;

import static dev.nexusdelta.host.ReplicaHostTck.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.host.EventLogbook;
import dev.nexusdelta.host.HostAwayException;
import dev.nexusdelta.host.HostEvent;
import dev.nexusdelta.host.Http;
import dev.nexusdelta.host.ObservedReplica;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An engine that is down or hangs for a while: nothing is lost, and all is made up for. */
@Tag("long")
@NeedsEngine
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class DockerAwayIT {
  @TempDir Path root;
  private DockerFixture fixture;
  private EngineRelay relay;
  private DockerHost host;
  private EventLogbook book;

  @BeforeEach
  void makeFixture() throws IOException {
    fixture = new DockerFixture(root);
    relay = new EngineRelay(root);
    fixture.address = relay.address();
    host = fixture.newHost();
    book = new EventLogbook();
  }

  @AfterEach
  void removeWhatIsLeft() throws IOException {
    try {
      get(host.close(true).otherwiseEmpty());
    } finally {
      relay.close();
      fixture.close();
    }
  }

  @Test
  void whileItIsDownNothingEndsAndAfterwardsAllIsMadeUpFor() throws Exception {
    survives(relay::down, relay::up);
  }

  @Test
  void whileItHangsNothingEndsAndAfterwardsAllIsMadeUpFor() throws Exception {
    survives(relay::hang, relay::goOn);
  }

  private interface Step {
    void take() throws IOException;
  }

  private void survives(Step away, Step back) throws Exception {
    get(host.open(book));
    Release release = fixture.toy("Away", "r1");
    get(host.prepare(release, fixture.folder("away")));
    get(host.apply(release, 2, List.of()));
    ObservedReplica one = book.awaitStarted(0, List.of());
    ObservedReplica two = book.awaitStarted(0, List.of(one.id()));
    Http.await(one, "/id");
    Http.await(two, "/id");
    int mark = book.mark();

    away.take();
    assertThat(book.await(mark, HostEvent.Trouble.class, e -> true).reason()).isPresent();
    assertThat(host.trouble()).isPresent();
    get(host.apply(release, 3, List.of()));
    get(fixture.engine.remove(one.containerId().orElseThrow()));
    assertThat(Http.await(two, "/id")).isEqualTo(two.id());
    assertThatThrownBy(() -> get(host.logs(release.agent(), all())))
        .isInstanceOf(HostAwayException.class);
    assertThat(book.all().subList(mark, book.mark()))
        .noneMatch(e -> e instanceof HostEvent.Gone || e instanceof HostEvent.BackingOff);

    int returned = book.mark();
    back.take();
    book.await(returned, HostEvent.Resynced.class, e -> true);
    book.await(returned, HostEvent.Trouble.class, e -> e.reason().isEmpty());
    assertThat(book.awaitGone(one.id()).exit().reason()).isEqualTo("removed by hand");
    ObservedReplica three = book.awaitStarted(returned, List.of(one.id(), two.id()));
    ObservedReplica four = book.awaitStarted(returned, List.of(one.id(), two.id(), three.id()));
    assertThat(host.trouble()).isEmpty();
    for (ObservedReplica replica : List.of(two, three, four)) {
      assertThat(Http.await(replica, "/id")).isEqualTo(replica.id());
    }
    assertThat(book.all())
        .noneMatch(e -> e instanceof HostEvent.Gone g && g.replica().id().equals(two.id()));
  }

  @Test
  void aListThatFailsThoughTheEngineAnswersIsToldAndTriedAgain() throws Exception {
    get(host.open(book));
    Release release = fixture.toy("Away", "r1");
    get(host.prepare(release, fixture.folder("away")));
    get(host.apply(release, 1, List.of()));
    ObservedReplica one = book.awaitStarted(0, List.of());
    int mark = book.mark();
    relay.cut("GET /containers/json");
    relay.cutAll();

    HostEvent.Trouble told =
        book.await(
            mark,
            HostEvent.Trouble.class,
            e -> e.reason().filter(r -> r.contains("list containers")).isPresent());
    assertThat(host.trouble()).isEqualTo(told.reason());
    get(host.apply(release, 2, List.of()));

    int healed = book.mark();
    relay.heal();
    book.await(healed, HostEvent.Trouble.class, e -> e.reason().isEmpty());
    book.awaitStarted(healed, List.of(one.id()));
    assertThat(host.trouble()).isEmpty();
    assertThat(
            book.all().subList(mark, healed).stream()
                .filter(e -> e instanceof HostEvent.Trouble t && t.equals(told)))
        .hasSize(1);
  }

  @Test
  void whoEndsAfterTheListWasMadeIsNotAdoptedAgain() throws Exception {
    get(host.open(book));
    Release release = fixture.toy("Away", "r1");
    get(host.prepare(release, fixture.folder("away")));
    get(host.apply(release, 1, List.of()));
    ObservedReplica one = book.awaitStarted(0, List.of());
    relay.hold("GET /containers/json");
    relay.cutAll();
    relay.awaitHeldBack();
    get(fixture.engine.remove(one.containerId().orElseThrow()));
    book.awaitGone(one.id());
    int mark = book.mark();
    relay.heal();

    ObservedReplica two = book.awaitStarted(mark, List.of());
    assertThat(two.id()).isNotEqualTo(one.id());
    assertThat(Http.await(two, "/id")).isEqualTo(two.id());
  }

  @Test
  void aListThatWasAskedForBeforeItHungDoesNotCount() throws Exception {
    get(host.open(book));
    relay.hold("GET /containers/json");
    relay.cutAll();
    relay.awaitHeldBack();
    relay.hang();
    book.await(0, HostEvent.Trouble.class, e -> e.reason().isPresent());
    relay.heal();
    LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
    assertThat(host.trouble()).isPresent();
    assertThat(book.all()).noneMatch(e -> e instanceof HostEvent.Trouble t && t.reason().isEmpty());

    relay.goOn();
    book.await(0, HostEvent.Trouble.class, e -> e.reason().isEmpty());
  }

  @Test
  void whoWasBeingEndedIsAdoptedAsSuch() throws Exception {
    get(host.open(book));
    Release release = fixture.toy("Away", "r1");
    get(host.prepare(release, fixture.folder("away")));
    get(host.apply(release, 1, List.of()));
    ObservedReplica one = book.awaitStarted(0, List.of());
    relay.refuse("POST /containers/[^/]+/stop", 500, "not now");
    get(host.apply(release, 0, List.of()));
    book.await(0, HostEvent.Changed.class, e -> e.replica().stopping());
    get(host.close(false));
    relay.heal();

    host = fixture.newHost();
    book = new EventLogbook();
    List<ObservedReplica> adopted = get(host.open(book));
    assertThat(adopted).extracting(ObservedReplica::id).containsExactly(one.id());
    assertThat(adopted.get(0).stopping()).isTrue();
    assertThat(book.awaitGone(one.id()).exit().wanted()).isTrue();
    try (Stream<Path> marks = Files.list(fixture.data.resolve("stopping"))) {
      assertThat(marks).hasSizeLessThanOrEqualTo(1);
    }
  }

  @Test
  void whatCannotBeRemovedIsReplacedAndKeepsItsName() throws Exception {
    get(host.open(book));
    Release release = fixture.toy("Away", "r1");
    get(host.prepare(release, fixture.folder("away")));
    get(host.apply(release, 1, List.of()));
    ObservedReplica one = book.awaitStarted(0, List.of());
    relay.refuse("DELETE /containers/" + one.containerId().orElseThrow(), 500, "device busy");
    get(fixture.engine.stop(one.containerId().orElseThrow(), Duration.ofSeconds(1)));

    assertThat(book.awaitGone(one.id()).exit().reason()).isEqualTo("stopped by hand");
    ObservedReplica two = book.awaitStarted(0, List.of(one.id()));
    assertThat(two.ordinal()).isEqualTo(2);
    assertThat(Http.await(two, "/id")).isEqualTo(two.id());
    assertThatThrownBy(() -> get(host.close(true)))
        .hasMessageContaining(one.containerId().orElseThrow());
  }

  @Test
  void whoIsClosedWhileItMakesTheNetworkLeavesNone() throws Exception {
    relay.stall("POST /networks/create");
    Future<?> opening = host.open(book);
    relay.awaitHeldBack();

    Future<Void> closed = host.close(true);
    // Time to be done too early: with the network's removal, before it is made.
    LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
    relay.heal();
    get(closed);
    get(opening.otherwiseEmpty());
    LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
    assertThat(get(fixture.engine.networks(fixture.namespace))).isEmpty();
  }

  private static dev.nexusdelta.host.LogQuery all() {
    return new dev.nexusdelta.host.LogQuery(java.util.Optional.empty(), 10);
  }

  @Test
  void whoOpensWhileItIsDownAdoptsWhenItIsBack() throws Exception {
    get(host.open(book));
    Release release = fixture.toy("Away", "r1");
    get(host.prepare(release, fixture.folder("away")));
    get(host.apply(release, 1, List.of()));
    ObservedReplica one = book.awaitStarted(0, List.of());
    get(host.close(false));
    relay.down();

    host = fixture.newHost();
    book = new EventLogbook();
    assertThat(get(host.open(book))).isEmpty();
    assertThat(host.trouble()).isPresent();
    relay.up();
    ObservedReplica adopted = book.awaitStarted(0, List.of());
    assertThat(adopted.id()).isEqualTo(one.id());
    assertThat(adopted.adopted()).isTrue();
    assertThat(Http.await(adopted, "/id")).isEqualTo(one.id());
  }
}
