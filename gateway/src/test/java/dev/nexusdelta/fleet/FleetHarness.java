package dev.nexusdelta.fleet;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.ReplicaDirectory;
import dev.nexusdelta.discovery.ReplicaRecord;
import dev.nexusdelta.host.ReplicaHost;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.Run;
import dev.nexusdelta.telemetry.Metrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.NullUnmarked;

/** A fleet over fake hosts and a fake registry, and the questions that tests ask of it. */
@NullUnmarked // a null fails the test as well
final class FleetHarness implements AutoCloseable {
  final Vertx vertx = Vertx.vertx();
  final FakeRegistry registry = new FakeRegistry();
  final FakeHost host = new FakeHost(vertx, "process", true);
  final FakeHost url = new FakeHost(vertx, "url", false);
  final Directory directory = new Directory();
  final Counting metrics = new Counting();
  Map<String, ReplicaHost> hosts = Map.of("process", host, "url", url);
  Path agents = Path.of("agents");
  Fleet fleet = newFleet();

  /** What discovery would show. */
  static final class Directory implements ReplicaDirectory {
    final Map<String, ReplicaRecord> published = new ConcurrentHashMap<>();
    volatile boolean broken;

    @Override
    public Future<Void> publish(ReplicaRecord replica) {
      published.put(replica.id(), replica);
      return broken ? Future.failedFuture("no cluster") : Future.succeededFuture();
    }

    @Override
    public Future<Void> withdraw(String replicaId) {
      published.remove(replicaId);
      return broken ? Future.failedFuture("no cluster") : Future.succeededFuture();
    }
  }

  /** Metrics as they were recorded. */
  static final class Counting implements Metrics {
    final List<String> seen = new CopyOnWriteArrayList<>();
    final Map<String, Supplier<List<Sample>>> gauges = new ConcurrentHashMap<>();

    @Override
    public void count(String name, String... labels) {
      seen.add(name + List.of(labels));
    }

    @Override
    public void record(String name, Duration duration, String... labels) {
      seen.add(name + List.of(labels));
    }

    @Override
    public void gauge(String name, String help, Supplier<List<Sample>> samples) {
      gauges.put(name, samples);
    }

    @Override
    public void total(String name, String help, Supplier<List<Sample>> samples) {
      gauges.put(name, samples);
    }

    @Override
    public String scrape() {
      return "";
    }
  }

  /** A circuit that never opens. */
  static final class Closed implements Circuit {
    @Override
    public boolean tryAcquire() {
      return true;
    }

    @Override
    public void onSuccess(long durationNanos) {}

    @Override
    public void onError(long durationNanos) {}

    @Override
    public void release() {}

    @Override
    public String state() {
      return "closed";
    }

    @Override
    public int retryAfterSeconds() {
      return 0;
    }
  }

  private Fleet newFleet() {
    return new Fleet(
        new FleetParts(
            vertx,
            registry,
            directory,
            hosts,
            "process",
            agents,
            "gw",
            id -> new Closed(),
            metrics,
            InstantSource.system(),
            System::nanoTime,
            new Random(1)));
  }

  FleetHarness open() {
    get(fleet.open());
    return this;
  }

  /** Another gateway over the same registry and hosts. */
  FleetHarness reopen() {
    get(fleet.close());
    fleet = newFleet();
    return open();
  }

  static <T> T get(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(60, SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  AgentSpec put(String name, String command) {
    return put(Specs.manifest(name, new Run.Command(command), Duration.ofSeconds(30)));
  }

  AgentSpec put(Manifest manifest) {
    return get(
        registry.edit(
            manifest.name(), OptionalLong.empty(), "test", was -> Specs.with(was, manifest)));
  }

  AgentSpec edit(String name, Function<AgentSpec, AgentSpec> change) {
    return get(
        registry.edit(
            new AgentName(name),
            OptionalLong.empty(),
            "test",
            was -> change.apply(was.orElseThrow())));
  }

  /** Follows an edit to its end. */
  Operation track(String kind, AgentSpec spec) {
    Operation operation = fleet.track(kind, spec, "test");
    return get(fleet.await(operation.id(), Duration.ofSeconds(50)));
  }

  void done(String kind, AgentSpec spec) {
    Operation ended = track(kind, spec);
    assertThat(ended.state()).as("%s %s", ended, status(spec)).isEqualTo(Operation.State.DONE);
  }

  Operation failed(String kind, AgentSpec spec) {
    Operation ended = track(kind, spec);
    assertThat(ended.state()).as("%s %s", ended, status(spec)).isEqualTo(Operation.State.FAILED);
    return ended;
  }

  private Optional<AgentStatus> status(AgentSpec spec) {
    return fleet.status(spec.name());
  }

  AgentStatus status(String name) {
    return fleet.status(new AgentName(name)).orElseThrow();
  }

  AgentView view(String name) {
    AgentView view = fleet.view().agent(new AgentName(name).key());
    assertThat(view).as("agent %s in the view", name).isNotNull();
    return view;
  }

  /** Waits until the view says so. */
  AgentView until(String name, Predicate<AgentView> holds) {
    CompletableFuture<AgentView> seen = new CompletableFuture<>();
    FleetReader.Watch watch =
        fleet.watch(
            view -> {
              AgentView agent = view.agent(new AgentName(name).key());
              if (agent != null && holds.test(agent)) {
                seen.complete(agent);
              }
            });
    try {
      AgentView now = fleet.view().agent(new AgentName(name).key());
      if (now != null && holds.test(now)) {
        return now;
      }
      return seen.get(50, SECONDS);
    } catch (Exception e) {
      throw new AssertionError(
          "the view stays " + fleet.view().agent(new AgentName(name).key()), e);
    } finally {
      watch.close();
    }
  }

  /** Waits for the first event of that type, seen since the fleet began or still to come. */
  FleetEvent event(Predicate<FleetEvent> wanted) {
    CompletableFuture<FleetEvent> seen = new CompletableFuture<>();
    try (var subscription =
        fleet
            .events()
            .subscribe(
                event -> {
                  if (wanted.test(event)) {
                    seen.complete(event);
                  }
                })) {
      Optional<FleetEvent> past =
          fleet.events().recent().stream().filter(wanted).reduce((a, b) -> b);
      return past.isPresent() ? past.get() : seen.get(50, SECONDS);
    } catch (Exception e) {
      throw new AssertionError("events: " + fleet.events().recent(), e);
    }
  }

  List<String> types(String agent) {
    return fleet.events().recent().stream()
        .filter(event -> event.agent().filter(agent::equals).isPresent())
        .map(FleetEvent::type)
        .toList();
  }

  FakeHost.Running running(String id) {
    return get(host.running()).stream()
        .filter(replica -> replica.seen.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void close() {
    get(fleet.close());
    get(vertx.close());
  }
}
