package dev.nexusdelta.admin;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.ToolInfo;
import dev.nexusdelta.fleet.AgentState;
import dev.nexusdelta.fleet.AgentStatus;
import dev.nexusdelta.fleet.EventLog;
import dev.nexusdelta.fleet.FleetControl;
import dev.nexusdelta.fleet.FleetEvent;
import dev.nexusdelta.fleet.Operation;
import dev.nexusdelta.host.HostAwayException;
import dev.nexusdelta.host.LogLine;
import dev.nexusdelta.host.LogQuery;
import dev.nexusdelta.host.ReplicaHost;
import dev.nexusdelta.host.ReplicaStats;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Run;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A fleet that is as the test says. */
final class FakeFleet implements FleetControl {
  static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  final Map<AgentName, AgentStatus> statuses = new ConcurrentHashMap<>();
  final Map<String, Operation> operations = new ConcurrentHashMap<>();
  final Map<String, Promise<Operation>> awaited = new ConcurrentHashMap<>();
  boolean holds = true;
  final List<LogLine> lines = new CopyOnWriteArrayList<>();
  final List<Consumer<LogLine>> followers = new CopyOnWriteArrayList<>();
  final Events events = new Events();
  volatile boolean endsAtOnce = true;
  volatile Optional<String> trouble = Optional.empty();

  static AgentStatus status(String name, AgentState state) {
    AgentName agent = new AgentName(name);
    return new AgentStatus(
        agent,
        1,
        state,
        1,
        1,
        Optional.of("0123456789ab"),
        "1.0.0",
        Optional.of("0123456789ab"),
        "",
        List.of(),
        List.of(new ToolInfo("echo", "says it again", "", "", true, true, false)),
        true,
        "http",
        List.of(
            new AgentStatus.ReplicaStatus(
                agent.key() + "-1-abc",
                agent,
                "1.0.0",
                "0123456789ab",
                "gw",
                "process",
                "127.0.0.1:8081",
                OptionalLong.of(4711),
                Optional.empty(),
                "healthy",
                "closed",
                2,
                NOW,
                "",
                Map.of("ready", Duration.ofMillis(82)))));
  }

  /** The same in a cluster. */
  static AgentStatus placed(String name) {
    AgentStatus alone = status(name, AgentState.HEALTHY);
    return new AgentStatus(
        alone.name(),
        alone.revision(),
        alone.state(),
        alone.desired(),
        alone.ready(),
        alone.serving(),
        alone.version(),
        alone.target(),
        alone.reason(),
        alone.lastLines(),
        alone.tools(),
        alone.toolsKnown(),
        alone.healthMode(),
        alone.replicas(),
        List.of(),
        List.of(
            new AgentStatus.Place("gw", 1, 1, ""),
            new AgentStatus.Place("gw-2", 0, 0, "draining")));
  }

  @Override
  public Optional<AgentStatus> status(AgentName agent) {
    return Optional.ofNullable(statuses.get(agent));
  }

  @Override
  public List<AgentStatus> statuses() {
    return List.copyOf(statuses.values());
  }

  @Override
  public Optional<String> trouble(Run run) {
    return run instanceof Run.Url ? Optional.empty() : trouble;
  }

  @Override
  public boolean holds(AgentSpec spec) {
    return holds;
  }

  @Override
  public Operation track(String kind, AgentSpec spec, String by) {
    String id = "op-" + (operations.size() + 1);
    Operation operation =
        new Operation(
            id,
            kind,
            spec.name(),
            spec.revision(),
            endsAtOnce ? Operation.State.DONE : Operation.State.RUNNING,
            "by " + by,
            List.of(),
            NOW,
            endsAtOnce ? Optional.of(NOW) : Optional.empty());
    operations.put(id, operation);
    return operation;
  }

  @Override
  public Optional<Operation> operation(String id) {
    return Optional.ofNullable(operations.get(id));
  }

  @Override
  public Future<Operation> await(String id, Duration atMost) {
    if (atMost.compareTo(Duration.ofSeconds(1)) < 0) {
      return Future.succeededFuture(operations.get(id));
    }
    return awaited.computeIfAbsent(id, key -> Promise.promise()).future();
  }

  @Override
  public Future<List<LogLine>> logs(AgentName agent, LogQuery query) {
    if (trouble.isPresent()) {
      return Future.failedFuture(new HostAwayException(trouble.get()));
    }
    int from = Math.max(0, lines.size() - query.tail());
    return Future.succeededFuture(List.copyOf(lines.subList(from, lines.size())));
  }

  @Override
  public ReplicaHost.Closeable follow(AgentName agent, Consumer<LogLine> consumer) {
    followers.add(consumer);
    return () -> followers.remove(consumer);
  }

  @Override
  public Future<ReplicaStats> stats(String replicaId) {
    return Future.succeededFuture(new ReplicaStats(1_000_000, Duration.ofMillis(1500)));
  }

  @Override
  public EventLog events() {
    return events;
  }

  /** Keeps everything from {@code first} on. */
  static final class Events implements EventLog {
    final List<FleetEvent> kept = new ArrayList<>();
    final List<Consumer<FleetEvent>> listeners = new CopyOnWriteArrayList<>();

    @Override
    public synchronized void add(
        String type, Optional<String> agent, Optional<String> replica, String by, String reason) {
      FleetEvent event = new FleetEvent(101 + kept.size(), NOW, type, agent, replica, by, reason);
      kept.add(event);
      listeners.forEach(listener -> listener.accept(event));
    }

    @Override
    public synchronized void heard(String gateway, FleetEvent event) {
      FleetEvent own =
          new FleetEvent(
              101 + kept.size(),
              event.at(),
              event.type(),
              event.agent(),
              event.replica(),
              event.by(),
              event.reason(),
              Optional.of(gateway));
      kept.add(own);
      listeners.forEach(listener -> listener.accept(own));
    }

    @Override
    public synchronized Optional<List<FleetEvent>> since(long id) {
      return id < 100 || id > 100 + kept.size()
          ? Optional.empty()
          : Optional.of(kept.stream().filter(event -> event.id() > id).toList());
    }

    @Override
    public synchronized List<FleetEvent> recent() {
      return List.copyOf(kept);
    }

    @Override
    public ReplicaHost.Closeable subscribe(Consumer<FleetEvent> listener) {
      listeners.add(listener);
      return () -> listeners.remove(listener);
    }
  }
}
