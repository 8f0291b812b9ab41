package dev.nexusdelta.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.discovery.hazelcast.ClusterSettings;
import dev.nexusdelta.discovery.hazelcast.HazelcastMember;
import dev.nexusdelta.discovery.hazelcast.HazelcastMessages;
import dev.nexusdelta.discovery.hazelcast.Seal;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class EventRelayTest {
  private static final Instant NOW = Instant.ofEpochMilli(1_000);

  private final Vertx vertx = Vertx.vertx();
  private final List<HazelcastMember> members = new ArrayList<>();
  private final List<EventRelay> relays = new ArrayList<>();
  private final List<String> there = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    relays.forEach(EventRelay::close);
    members.forEach(member -> await(member.close()));
    await(vertx.close());
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
  }

  /** One gateway of a cluster, with its events as they come. */
  private final class Gateway {
    private final Events events = new Events(1_000, () -> NOW);
    private final BlockingQueue<FleetEvent> seen = new LinkedBlockingQueue<>();
    private final String name;

    Gateway(String name, String... others) {
      this.name = name;
      events.subscribe(seen::add);
      HazelcastMember member =
          HazelcastMember.create(
              vertx,
              new ClusterSettings(
                  name, "events", "127.0.0.1", 0, false, List.of(others), Map.of("id", name)));
      members.add(member);
      HazelcastMessages messages =
          new HazelcastMessages(vertx, member, "id", name, Seal.of("the secret"));
      await(member.join().joined());
      EventRelay relay =
          EventRelay.start(
              vertx,
              events,
              name,
              "1",
              () -> there.stream().filter(each -> !each.equals(name)).toList(),
              (id, text) -> messages.send("events", id, text));
      messages.receive("events", relay::hear);
      relays.add(relay);
      there.add(name);
    }

    void add(String type) {
      EventRelayTest.add(events, type);
    }

    /** The next one that is told of. */
    FleetEvent next() throws InterruptedException {
      FleetEvent event = seen.poll(60, TimeUnit.SECONDS);
      assertThat(event).as("no event came to " + name).isNotNull();
      return event;
    }
  }

  private static void add(Events events, String type) {
    events.add(type, Optional.of("Math"), Optional.of("math-1"), "test", "because");
  }

  @Test
  void eachIsToldOfWhatOnlyAnotherKnows() throws Exception {
    Gateway a = new Gateway("a");
    String way = await(members.get(0).address());
    Gateway b = new Gateway("b", way);
    Gateway c = new Gateway("c", way);
    a.add("agent.changed");
    a.add("replica.healthy");
    for (Gateway each : List.of(b, c)) {
      FleetEvent heard = each.next();
      assertThat(heard)
          .isEqualTo(
              new FleetEvent(
                  1001,
                  NOW,
                  "replica.healthy",
                  Optional.of("Math"),
                  Optional.of("math-1"),
                  "test",
                  "because",
                  Optional.of("a")));
      assertThat(each.events.since(1000)).contains(List.of(heard));
    }
    // In its order among those of others, and none comes back or twice.
    b.add("agent.moved");
    assertThat(c.next())
        .extracting(FleetEvent::id, FleetEvent::type)
        .containsExactly(1002L, "agent.moved");
    for (int i = 0; i < 500; i++) {
      b.add("replica." + i);
    }
    for (int i = 0; i < 500; i++) {
      assertThat(c.next().type()).isEqualTo("replica." + i);
    }
    b.add("gateway.lost");
    b.add("last");
    assertThat(c.next().type()).isEqualTo("last");
    assertThat(a.events.recent().stream().filter(event -> event.gateway().isEmpty()))
        .extracting(FleetEvent::type)
        .containsExactly("agent.changed", "replica.healthy");
  }

  @Test
  void whoWasAwayIsToldWhatItHasMissed() throws Exception {
    Gateway a = new Gateway("a");
    Gateway b = new Gateway("b", await(members.get(0).address()));
    a.add("one");
    assertThat(b.next().type()).isEqualTo("one");
    there.remove("b");
    a.add("two");
    a.add("three");
    there.add("b");
    a.add("four");
    assertThat(List.of(b.next().type(), b.next().type(), b.next().type()))
        .containsExactly("two", "three", "four");
  }

  @Test
  void tellsAgainWhatWasNotAnswered() throws Exception {
    Events events = new Events(1_000, () -> NOW);
    Events others = new Events(1_000, () -> NOW);
    BlockingQueue<String> sent = new LinkedBlockingQueue<>();
    AtomicInteger posted = new AtomicInteger();
    Promise<String> first = Promise.promise();
    there.add("b");
    EventRelay relay =
        EventRelay.start(
            vertx,
            events,
            "a",
            "1",
            () -> there,
            (id, text) -> {
              sent.add(text);
              return posted.incrementAndGet() == 1 ? first.future() : Future.succeededFuture("");
            });
    relays.add(relay);
    EventRelay hears =
        EventRelay.start(
            vertx, others, "b", "1", List::of, (id, text) -> Future.succeededFuture(""));
    relays.add(hears);
    add(events, "one");
    String one = sent.take();
    assertThat(await(hears.hear(one))).isEmpty();
    add(events, "two");
    first.fail("the answer is lost");
    String both = sent.take();
    assertThat(types(both)).containsExactly("one", "two");
    await(hears.hear(both));
    await(hears.hear(one));
    assertThat(others.recent()).extracting(FleetEvent::type).containsExactly("one", "two");

    // Another life of the same gateway, whose ids begin anew.
    await(hears.hear(one.replace("\"life\":\"1\"", "\"life\":\"2\"")));
    assertThat(others.recent()).hasSize(3);
    assertThat(hears.hear("{}").failed()).isTrue();
    assertThat(hears.hear("nonsense").failed()).isTrue();
  }

  private static List<String> types(String text) {
    JsonArray all = new JsonObject(text).getJsonArray("events");
    return all.stream().map(JsonObject.class::cast).map(it -> it.getString("type")).toList();
  }

  @Test
  void newcomersGetTheLastOnes() throws Exception {
    Gateway a = new Gateway("a");
    for (int i = 0; i < 300; i++) {
      a.add("old." + i);
    }
    Gateway b = new Gateway("b", await(members.get(0).address()));
    a.add("new");
    String first = b.next().type();
    // The new one may be among the last ones already.
    assertThat(first).isIn("old.100", "old.101");
    for (int i = first.equals("old.100") ? 101 : 102; i < 300; i++) {
      assertThat(b.next().type()).isEqualTo("old." + i);
    }
    assertThat(b.next().type()).isEqualTo("new");
  }
}
