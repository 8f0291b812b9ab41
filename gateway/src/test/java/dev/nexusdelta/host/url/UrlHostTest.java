package dev.nexusdelta.host.url;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.host.Containers;
import dev.nexusdelta.host.Exit;
import dev.nexusdelta.host.HostEvent;
import dev.nexusdelta.host.LogQuery;
import dev.nexusdelta.host.ObservedReplica;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.ManifestReader;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class UrlHostTest implements HostEvent.Visitor {
  private static final AgentName A = new AgentName("A");

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final Map<String, Future<List<String>>> dns = new ConcurrentHashMap<>();
  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  private final Map<String, ObservedReplica> live = new ConcurrentHashMap<>();
  private volatile Optional<String> refused = Optional.empty();
  private final Permit permit = (agent, url, place) -> refused.filter(place.address()::equals);
  private volatile Containers engine = Containers.none();
  private UrlHost host;

  @BeforeEach
  void open() {
    host =
        new UrlHost(
            context,
            name -> dns.getOrDefault(name, Future.failedFuture("unknown name")),
            (agent, port) -> engine.labelled(agent, port),
            permit,
            Duration.ofMillis(20),
            InstantSource.fixed(Instant.EPOCH),
            new Random(1));
    assertThat(await(host.open(event -> event.accept(this)))).isEmpty();
  }

  @AfterEach
  void close() {
    await(host.close(false));
    await(vertx.close());
  }

  static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }

  @Override
  public void resynced(List<ObservedReplica> all) {
    events.add("resynced");
  }

  @Override
  public void changed(ObservedReplica replica) {
    assertThat(Vertx.currentContext()).isSameAs(context);
    live.put(replica.id(), replica);
    events.add("up " + replica.ordinal() + " " + replica.address() + ":" + replica.port());
  }

  @Override
  public void gone(ObservedReplica replica, Exit exit) {
    live.remove(replica.id());
    events.add("gone " + replica.ordinal() + " " + exit.wanted());
  }

  @Override
  public void trouble(Optional<String> reason) {
    throw new AssertionError("names may fail to resolve, but there is no engine: " + reason);
  }

  @Override
  public void backingOff(AgentName agent, String release, int failures, Exit last, Duration delay) {
    if (failures <= 2) {
      events.add("waits " + failures + " " + last.reason());
    }
  }

  private String next() throws InterruptedException {
    return Optional.ofNullable(events.poll(20, TimeUnit.SECONDS)).orElse("nothing within 20 s");
  }

  private static Release release(String id, String urls) {
    return ManifestReader.read("name: A\nrun: {url: " + urls + "}")
        .fold(
            manifest -> new Release(A, id, "1", manifest, "", 0, 100, List.of(), Instant.EPOCH),
            faults -> {
              throw new AssertionError(faults.toString());
            });
  }

  private void names(String name, String... addresses) {
    dns.put(name, Future.succeededFuture(List.of(addresses)));
  }

  @Test
  void everyAddressIsAReplica() throws Exception {
    await(host.prepare(release("r", "http://h"), Path.of("/nowhere")));
    await(
        host.apply(
            release("r", "['http://192.0.2.7:9000', 'http://[::1]:9', 'http://192.0.2.9']"),
            1,
            List.of()));
    assertThat(next()).isEqualTo("up 1 192.0.2.7:9000");
    assertThat(next()).isEqualTo("up 2 ::1:9");
    assertThat(next()).isEqualTo("up 3 192.0.2.9:80");
    assertThat(live.keySet()).allMatch(id -> id.matches("a-[123]-[0-9a-f]{6}"));
    await(host.apply(release("r", "http://h"), 0, List.of()));
    assertThat(List.of(next(), next(), next()))
        .containsExactly("gone 1 true", "gone 2 true", "gone 3 true");
    await(host.apply(release("r", "http://h"), 0, List.of()));
    assertThat(events).isEmpty();
  }

  @Test
  void followsWhatANameResolvesTo() throws Exception {
    names("h.example", "192.0.2.2", "192.0.2.1");
    await(host.apply(release("r", "http://h.example:9000"), 5, List.of()));
    assertThat(next()).isEqualTo("up 1 192.0.2.1:9000");
    assertThat(next()).isEqualTo("up 2 192.0.2.2:9000");
    names("h.example", "192.0.2.2", "192.0.2.3");
    assertThat(next()).isEqualTo("gone 1 true");
    assertThat(next()).isEqualTo("up 1 192.0.2.3:9000");
    // Nobody answers, or with nothing: the last good answer stays.
    dns.put("h.example", Future.failedFuture("servfail"));
    dns.put("h.example", Future.succeededFuture(List.of()));
    names("other.example", "192.0.2.9");
    await(host.apply(release("s", "http://other.example"), 1, List.of()));
    assertThat(next()).isEqualTo("up 3 192.0.2.9:80");
    assertThat(live).hasSize(3);
    names("h.example", "192.0.2.2");
    assertThat(next()).isEqualTo("gone 1 true");
  }

  @Test
  void saysThatANameIsUnknownUntilItIsKnown() throws Exception {
    await(host.apply(release("r", "http://h.example"), 1, List.of()));
    assertThat(next())
        .startsWith("waits 1 cannot resolve http://h.example of run.url (unknown name)");
    assertThat(next()).startsWith("waits 2");
    names("h.example", "192.0.2.1");
    assertThat(next()).isEqualTo("up 1 192.0.2.1:80");
  }

  @Test
  void whatMayNotBeCalledIsNoReplica() throws Exception {
    refused = Optional.of("127.0.0.1");
    await(host.apply(release("r", "['http://127.0.0.1:9', 'http://192.0.2.7:9']"), 1, List.of()));
    assertThat(next()).isEqualTo("up 1 192.0.2.7:9");
    await(host.apply(release("r", "http://h"), 0, List.of()));
    assertThat(next()).isEqualTo("gone 1 true");
    assertThat(events).isEmpty();
  }

  @Test
  void aNameThatTurnsInsideEndsBeingAReplicaAtOnceAndSaysWhy() throws Exception {
    BlockingQueue<String> reasons = new LinkedBlockingQueue<>();
    Permit inside =
        (agent, url, place) ->
            place.address().startsWith("10.")
                ? Optional.of(url + " of " + agent + " is inside: " + place.address())
                : Optional.empty();
    UrlHost guarded =
        new UrlHost(
            context,
            name -> dns.getOrDefault(name, Future.failedFuture("unknown name")),
            Containers.none(),
            inside,
            Duration.ofMillis(20),
            InstantSource.fixed(Instant.EPOCH),
            new Random(3));
    await(
        guarded.open(
            event ->
                event.accept(
                    new HostEvent.Visitor() {
                      @Override
                      public void resynced(List<ObservedReplica> all) {}

                      @Override
                      public void changed(ObservedReplica replica) {
                        reasons.add("up " + replica.address() + " as " + replica.name());
                      }

                      @Override
                      public void gone(ObservedReplica replica, Exit exit) {
                        reasons.add("gone: " + exit.reason());
                      }

                      @Override
                      public void trouble(Optional<String> reason) {}

                      @Override
                      public void backingOff(
                          AgentName agent, String release, int count, Exit last, Duration delay) {
                        if (count <= 3) {
                          reasons.add("waits " + count + ": " + last.reason());
                        }
                      }
                    })));
    names("h.example", "203.0.113.9");
    await(guarded.apply(release("r", "http://h.example:9000"), 1, List.of()));
    assertThat(reasons.poll(20, TimeUnit.SECONDS)).isEqualTo("up 203.0.113.9 as h.example");
    names("h.example", "10.0.0.7");
    String why = "http://h.example:9000 of A is inside: 10.0.0.7";
    assertThat(reasons.poll(20, TimeUnit.SECONDS))
        .isEqualTo("gone: its address is no longer one of the agent's");
    assertThat(reasons.poll(20, TimeUnit.SECONDS)).isEqualTo("waits 3: " + why);
    names("h.example", "10.0.0.7", "203.0.113.8");
    assertThat(reasons.poll(20, TimeUnit.SECONDS)).isEqualTo("up 203.0.113.8 as h.example");
    await(guarded.close(false));
  }

  @Test
  void aLateAnswerForAStoppedAgentChangesNothing() throws Exception {
    Promise<List<String>> slow = Promise.promise();
    dns.put("h.example", slow.future());
    await(host.apply(release("r", "http://h.example"), 1, List.of()));
    await(host.apply(release("r", "http://h.example"), 0, List.of()));
    slow.complete(List.of("192.0.2.1"));
    await(host.apply(release("s", "http://192.0.2.2"), 1, List.of()));
    assertThat(next()).isEqualTo("up 1 192.0.2.2:80");
    assertThat(live).hasSize(1);
  }

  @Test
  void repeatingAWishChangesNothing() throws Exception {
    await(host.apply(release("r", "http://192.0.2.2"), 1, List.of()));
    await(host.apply(release("r", "http://192.0.2.2"), 3, List.of()));
    assertThat(next()).isEqualTo("up 1 192.0.2.2:80");
    await(host.apply(release("s", "http://192.0.2.2"), 3, List.of()));
    assertThat(next()).isEqualTo("up 2 192.0.2.2:80");
    assertThat(events).isEmpty();
  }

  @Test
  void labelledContainersAreReplicas() throws Exception {
    await(host.apply(release("r", "['container://Box', 'container://Box:90']"), 1, List.of()));
    assertThat(next())
        .startsWith("waits 1 cannot resolve container://Box of run.url (this gateway");
    engine =
        (agent, port) ->
            Future.succeededFuture(
                List.of(
                    new Containers.Place("192.0.2.3", port.orElse(8000)),
                    new Containers.Place("192.0.2.1", port.orElse(8000))));
    for (int up = 0; up < 4; ) {
      up += next().startsWith("up ") ? 1 : 0;
    }
    assertThat(live.values())
        .extracting(replica -> replica.address() + ":" + replica.port())
        .contains("192.0.2.1:8000", "192.0.2.3:8000", "192.0.2.1:90", "192.0.2.3:90");
    // An engine that is away says nothing of its containers; one that has none says so.
    engine = Containers.none();
    names("h.example", "192.0.2.9");
    await(host.apply(release("s", "http://h.example"), 1, List.of()));
    assertThat(next()).isEqualTo("up 5 192.0.2.9:80");
    assertThat(live).hasSize(5);
    engine = (agent, port) -> Future.succeededFuture(List.of());
    for (int i = 0; i < 4; i++) {
      assertThat(next()).startsWith("gone ").endsWith(" true");
    }
  }

  @Test
  void asksAtOnceWhenToldThatContainersHaveChanged() throws Exception {
    UrlHost patient =
        new UrlHost(
            context,
            name -> Future.failedFuture("unknown name"),
            (agent, port) -> engine.labelled(agent, port),
            permit,
            Duration.ofHours(1),
            InstantSource.fixed(Instant.EPOCH),
            new Random(2));
    await(patient.open(event -> event.accept(this)));
    Promise<List<Containers.Place>> slow = Promise.promise();
    engine = (agent, port) -> slow.future();
    await(patient.apply(release("r", "container://Box"), 1, List.of()));
    // Told while an older question is still open: its answer may be too old.
    patient.containersChanged(new AgentName("box"));
    await(patient.apply(release("r", "container://Box"), 1, List.of()));
    engine = (agent, port) -> Future.succeededFuture(List.of(place(1), place(2)));
    slow.complete(List.of(place(1)));
    assertThat(next()).isEqualTo("up 1 192.0.2.1:80");
    assertThat(next()).isEqualTo("up 2 192.0.2.2:80");
    engine = (agent, port) -> Future.succeededFuture(List.of(place(2)));
    patient.containersChanged(new AgentName("Other"));
    patient.containersChanged(new AgentName("Box"));
    assertThat(next()).isEqualTo("gone 1 true");
    await(patient.close(false));
  }

  private static Containers.Place place(int last) {
    return new Containers.Place("192.0.2." + last, 80);
  }

  @Test
  void cannotReachIntoAgentsElsewhere() {
    assertThat(host.capabilities().countable()).isFalse();
    assertThat(await(host.logs(A, new LogQuery(Optional.empty(), 5)))).isEmpty();
    host.follow(A, line -> {}).close();
    assertThat(await(host.stats("a-1").otherwise(e -> null))).isNull();
    assertThat(
            await(host.replace("a-1", "x").<String>map(v -> "").otherwise(Throwable::getMessage)))
        .contains("a-1", "runs elsewhere");
  }

  @Test
  void theSystemKnowsLocalhost() {
    assertThat(await(new SystemNames(vertx).resolve("localhost"))).contains("127.0.0.1");
    assertThat(
            await(
                new SystemNames(vertx)
                    .resolve("no-such-host.invalid")
                    .map(it -> "found")
                    .otherwise("unknown")))
        .isEqualTo("unknown");
  }
}
