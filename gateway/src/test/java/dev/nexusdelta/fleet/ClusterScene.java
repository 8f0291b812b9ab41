package dev.nexusdelta.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.load.Leadership;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.Run;
import dev.nexusdelta.placement.Drains;
import dev.nexusdelta.placement.Placement.Patience;
import dev.nexusdelta.placement.PlacementChannel;
import dev.nexusdelta.placing.ClusterShares;
import dev.nexusdelta.placing.HeldCode;
import dev.nexusdelta.placing.HostFacts;
import dev.nexusdelta.placing.MemoryCluster;
import dev.nexusdelta.placing.Placing;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.NullUnmarked;

/** Gateways of one cluster in one process, each with a fleet and a host of its own. */
@NullUnmarked // a null fails the test as well
final class ClusterScene implements AutoCloseable {
  /** Short, so that tests need not wait; nothing is said of how long it takes. */
  static final Patience PATIENCE = new Patience(Duration.ofMillis(400), Duration.ofMinutes(5));

  private static final Duration LONG = Duration.ofSeconds(50);

  final Vertx vertx = Vertx.vertx();
  final FakeRegistry registry = new FakeRegistry();
  final Map<String, Gateway> gateways = new TreeMap<>();

  /** Known to all. */
  final Drains drains;

  ClusterScene() {
    this(new MemoryCluster());
  }

  ClusterScene(Drains drains) {
    this.drains = drains;
  }

  /** One gateway. */
  final class Gateway {
    final String name;
    final FakeHost host = new FakeHost(vertx, "process", true);
    ClusterShares shares = new ClusterShares();
    final Map<String, String> codes = new ConcurrentHashMap<>();
    volatile boolean leads;
    volatile boolean led = true;
    Fleet fleet;
    Placing placing;

    Gateway(String name) {
      this.name = name;
      gateways.put(name, this);
    }

    Gateway open(PlacementChannel channel) {
      return open(channel, () -> leads);
    }

    Gateway open(PlacementChannel channel, BooleanSupplier leadership) {
      fleet =
          new Fleet(
              new FleetParts(
                  vertx,
                  registry,
                  new FleetHarness.Directory(),
                  Map.of("process", host, "url", new FakeHost(vertx, "url", false)),
                  "process",
                  Path.of("agents"),
                  name,
                  id -> new FleetHarness.Closed(),
                  new FleetHarness.Counting(),
                  InstantSource.system(),
                  System::nanoTime,
                  new Random(1),
                  shares,
                  spec -> true));
      FleetHarness.get(fleet.open());
      placing =
          Placing.start(
              new Placing.Parts(
                  vertx,
                  name,
                  registry,
                  fleet,
                  shares,
                  fleet.events(),
                  channel,
                  drains,
                  Set::of,
                  new Leadership() {
                    @Override
                    public boolean leads() {
                      return leadership.getAsBoolean();
                    }

                    @Override
                    public boolean isLed() {
                      return led;
                    }
                  },
                  new HostFacts(Set.of("process"), 2, 0),
                  spec -> new HeldCode(codes.getOrDefault(spec.name().key(), "c0"), false),
                  PATIENCE,
                  InstantSource.system(),
                  System::nanoTime));
      return this;
    }

    /** The machine is gone, with what ran on it. */
    void die() {
      placing.close();
      FleetHarness.get(fleet.close());
      gateways.remove(name);
    }

    int runs() {
      return FleetHarness.get(host.running()).size();
    }

    AgentStatus status(String agent) {
      return fleet.status(new AgentName(agent)).orElseThrow();
    }

    /** Follows an edit to its end. */
    Operation track(String kind, AgentSpec spec) {
      Operation operation = fleet.track(kind, spec, "test");
      return FleetHarness.get(fleet.await(operation.id(), LONG));
    }

    void done(String kind, AgentSpec spec) {
      Operation ended = track(kind, spec);
      assertThat(ended.state()).as("%s", ended).isEqualTo(Operation.State.DONE);
    }
  }

  Gateway gateway(String name) {
    return new Gateway(name);
  }

  AgentSpec put(Manifest manifest) {
    return FleetHarness.get(
        registry.edit(
            manifest.name(), OptionalLong.empty(), "test", was -> Specs.with(was, manifest)));
  }

  AgentSpec put(String name, String command) {
    return put(manifest(name, command));
  }

  static Manifest manifest(String name, String command) {
    return Specs.manifest(name, new Run.Command(command), Duration.ofSeconds(30));
  }

  AgentSpec edit(String name, Function<AgentSpec, AgentSpec> change) {
    return FleetHarness.get(
        registry.edit(
            new AgentName(name),
            OptionalLong.empty(),
            "test",
            was -> change.apply(was.orElseThrow())));
  }

  /** How many run where. */
  Map<String, Integer> runs() {
    Map<String, Integer> runs = new TreeMap<>();
    gateways.forEach((name, gateway) -> runs.put(name, gateway.runs()));
    return runs;
  }

  void untilRuns(Map<String, Integer> wanted) {
    until(wanted + " run", () -> runs().equals(wanted));
  }

  void until(String what, BooleanSupplier holds) {
    long end = System.nanoTime() + LONG.toNanos();
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("still not: " + what + "; " + this);
      }
      LockSupport.parkNanos(5_000_000);
    }
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("runs " + runs());
    gateways.forEach(
        (name, gateway) ->
            text.append('\n').append(name).append(' ').append(gateway.fleet.statuses()));
    return text.toString();
  }

  @Override
  public void close() {
    for (Gateway gateway : gateways.values()) {
      if (gateway.placing != null) {
        gateway.placing.close();
        FleetHarness.get(gateway.fleet.close());
      }
    }
    FleetHarness.get(vertx.close());
  }
}
