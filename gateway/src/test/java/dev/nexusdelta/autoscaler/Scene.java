package dev.nexusdelta.autoscaler;

import dev.nexusdelta.fleet.EventLog;
import dev.nexusdelta.fleet.FleetEvent;
import dev.nexusdelta.fleet.ScalingControl;
import dev.nexusdelta.fleet.ScalingFacts;
import dev.nexusdelta.host.ReplicaHost;
import dev.nexusdelta.load.LoadChannel;
import dev.nexusdelta.load.LoadReport;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.ManifestReader;
import dev.nexusdelta.scaling.FleetRoom;
import dev.nexusdelta.telemetry.Metrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A fleet, a channel and clocks that are as the test says, and what an autoscaler did with them.
 */
final class Scene implements ScalingControl, EventLog, LoadChannel, Metrics, AutoCloseable {
  static final String OWN = "gw";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  final Vertx vertx = Vertx.vertx();
  final Map<String, ScalingFacts> agents = new ConcurrentHashMap<>();
  final List<String> told = new CopyOnWriteArrayList<>();
  final List<String> seen = new CopyOnWriteArrayList<>();
  final List<String> counted = new CopyOnWriteArrayList<>();
  final List<Consumer<AgentName>> demands = new CopyOnWriteArrayList<>();
  final List<Consumer<LoadReport>> reports = new CopyOnWriteArrayList<>();
  final AtomicInteger hurries = new AtomicInteger();
  final AtomicLong nanos = new AtomicLong(1_000_000_000L);
  volatile boolean leads = true;
  volatile FleetRoom caps = FleetRoom.within(OptionalInt.empty(), OptionalLong.empty());

  /** Shows what it is told at once, unless it is slow. */
  volatile boolean slow;

  Autoscaler.Parts parts() {
    return new Autoscaler.Parts(
        vertx,
        OWN,
        this,
        this,
        this,
        () -> leads,
        () -> caps,
        this,
        hurries::incrementAndGet,
        () -> Instant.EPOCH.plusNanos(nanos.get()),
        nanos::get);
  }

  /** An agent that follows its load, with so many replicas. */
  Scene agent(String name, int desired) {
    return agent(facts(name, desired, "{min: 0, max: 9, target-rps: 10}"));
  }

  Scene agent(ScalingFacts facts) {
    agents.put(facts.name().key(), facts);
    return this;
  }

  static ScalingFacts facts(String name, int desired, String scale) {
    Manifest manifest =
        ManifestReader.read(
                "name: "
                    + name
                    + "\nrun: {command: x}\n"
                    + (scale.isEmpty() ? "" : "scale: " + scale + "\n"))
            .fold(
                read -> read,
                faults -> {
                  throw new AssertionError(faults);
                });
    return new ScalingFacts(
        manifest.name(),
        manifest,
        true,
        OptionalInt.empty(),
        true,
        0,
        desired,
        desired,
        0,
        "r1",
        Duration.ofMillis(300),
        64L << 20,
        Optional.empty());
  }

  static ScalingFacts pinned(ScalingFacts facts, OptionalInt pinned) {
    return copy(
        facts, facts.enabled(), pinned, facts.countable(), 0, facts.desired(), Optional.empty());
  }

  static ScalingFacts stopped(ScalingFacts facts) {
    return copy(facts, false, facts.pinned(), facts.countable(), 0, 0, Optional.empty());
  }

  static ScalingFacts elsewhere(ScalingFacts facts) {
    return copy(facts, true, facts.pinned(), false, 0, facts.desired(), Optional.empty());
  }

  static ScalingFacts failing(ScalingFacts facts, String failure) {
    return copy(facts, true, facts.pinned(), true, 0, facts.desired(), Optional.of(failure));
  }

  static ScalingFacts keeping(ScalingFacts facts, int least) {
    return copy(facts, true, facts.pinned(), true, least, facts.desired(), Optional.empty());
  }

  private static ScalingFacts copy(
      ScalingFacts facts,
      boolean enabled,
      OptionalInt pinned,
      boolean countable,
      int least,
      int desired,
      Optional<String> failure) {
    return new ScalingFacts(
        facts.name(),
        facts.manifest(),
        enabled,
        pinned,
        countable,
        least,
        desired,
        desired,
        0,
        facts.release(),
        facts.startTime(),
        facts.memoryBytes(),
        failure);
  }

  void passes(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  static void until(String what, BooleanSupplier holds) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("still not: " + what);
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Override
  public List<ScalingFacts> scaling() {
    return new ArrayList<>(agents.values());
  }

  @Override
  public void scaleByLoad(AgentName agent, int replicas, String reason) {
    told.add(agent.key() + "=" + replicas + " " + reason);
    @Nullable ScalingFacts facts = agents.get(agent.key());
    if (facts != null && !slow) {
      agents.put(
          agent.key(), copy(facts, true, facts.pinned(), true, 0, replicas, facts.failure()));
    }
  }

  @Override
  public void onDemand(Consumer<AgentName> listener) {
    demands.add(listener);
  }

  @Override
  public Future<Void> send(LoadReport report) {
    reports.forEach(listener -> listener.accept(report));
    return Future.succeededFuture();
  }

  @Override
  public void receive(Consumer<LoadReport> heard, Consumer<Set<String>> present) {
    reports.add(heard);
  }

  @Override
  public void add(
      String type, Optional<String> agent, Optional<String> replica, String by, String reason) {
    seen.add(type + " " + agent.orElse("") + " by " + by + ": " + reason);
  }

  @Override
  public void heard(String gateway, FleetEvent event) {}

  @Override
  public Optional<List<FleetEvent>> since(long id) {
    return Optional.empty();
  }

  @Override
  public List<FleetEvent> recent() {
    return List.of();
  }

  @Override
  public ReplicaHost.Closeable subscribe(Consumer<FleetEvent> listener) {
    return () -> {};
  }

  @Override
  public void count(String name, String... labels) {
    counted.add(name + List.of(labels));
  }

  @Override
  public void record(String name, Duration duration, String... labels) {}

  @Override
  public void gauge(String name, String help, Supplier<List<Sample>> samples) {}

  @Override
  public void total(String name, String help, Supplier<List<Sample>> samples) {}

  @Override
  public String scrape() {
    return "";
  }

  @Override
  public void close() {
    vertx.close().await();
  }
}
