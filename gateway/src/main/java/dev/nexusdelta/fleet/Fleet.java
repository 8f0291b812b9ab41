package dev.nexusdelta.fleet;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.RemoteReplicas.RemoteReplica;
import dev.nexusdelta.host.LogLine;
import dev.nexusdelta.host.LogQuery;
import dev.nexusdelta.host.ReplicaHost;
import dev.nexusdelta.host.ReplicaStats;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Run;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Keeps all agents as the registry wants them: follows its specs, tells the hosts, watches the
 * replicas, and publishes what it finds.
 *
 * <p>One writer on one Vert.x context (that of the thread that makes it, or a new one); all readers
 * take what was last published. Nothing here waits for a host, the store or discovery.
 */
public final class Fleet implements FleetReader, FleetControl, ScalingControl, PlacingControl {
  private static final int KEPT_EVENTS = 2_000;

  private final FleetParts parts;
  private final FleetLoop loop;
  private final Prober prober;
  private final Events events;
  private final Operations operations;
  private final Roster roster;
  private final Set<String> hurried = ConcurrentHashMap.newKeySet();
  private final List<Consumer<AgentName>> demands = new CopyOnWriteArrayList<>();
  private final List<Runnable> looks = new CopyOnWriteArrayList<>();
  private final Watches watches;

  /** Does nothing before {@link #open}. */
  public Fleet(FleetParts parts) {
    this.parts = parts;
    loop = new FleetLoop(parts.vertx(), parts.nanos(), this::lookAt);
    prober = new Prober(parts.vertx(), parts.nanos());
    events = new Events(KEPT_EVENTS, parts.clock());
    operations =
        new Operations(
            parts.clock(),
            serial -> "op-" + serial + "-" + Long.toHexString(parts.random().nextLong()),
            this::ended);
    FleetMetrics metrics =
        new FleetMetrics(parts.metrics(), () -> snapshots().values(), parts.hosts().values());
    ReplicaUsage usage = new ReplicaUsage(() -> snapshots().values(), parts.hosts(), parts.nanos());
    AgentTools with =
        new AgentTools(
            parts,
            loop,
            new HealthWatch(loop, prober, parts.random()),
            new HostCommands(parts, loop, metrics),
            new ToolsReader(loop, prober, parts.registry()),
            new DirectoryFeed(parts.directory(), parts.gateway()),
            metrics,
            usage,
            events);
    watches = new Watches(this::view);
    roster = new Roster(with, watches::published, operations::update);
    metrics.register();
    usage.register(parts.metrics());
    parts.shares().onChange(agents -> loop.post(() -> roster.heard(agents)));
  }

  private void lookAt(List<LiveAgent> changed) {
    roster.lookAt(changed);
    looks.forEach(Runnable::run);
  }

  private Map<String, Snapshot> snapshots() {
    return roster.snapshots();
  }

  /**
   * Takes up the registry, opens the hosts, adopts what runs, and begins to act. Fails if a host
   * cannot be opened.
   */
  public Future<Void> open() {
    return roster.open();
  }

  /**
   * Routes to these replicas of other gateways too, and to no others of theirs any more.
   *
   * @param remote all there are
   */
  public void elsewhere(List<RemoteReplica> remote) {
    loop.post(() -> roster.take(remote));
  }

  private void ended(Operation operation, String by) {
    events.add(
        "operation." + operation.state().name().toLowerCase(Locale.ROOT),
        Optional.of(operation.agent().value()),
        Optional.empty(),
        by,
        operation.kind() + " " + operation.id() + ": " + operation.detail());
  }

  @Override
  public FleetView view() {
    return roster.view();
  }

  @Override
  public Watch watch(Consumer<FleetView> listener) {
    Context caller = Vertx.currentContext();
    return watches.add(caller == null ? loop.context() : caller, listener);
  }

  @Override
  public void demand(AgentName agent) {
    if (hurried.add(agent.key())) {
      loop.post(
          () -> {
            hurried.remove(agent.key());
            LiveAgent live = roster.find(agent);
            if (live != null) {
              live.hurry();
              demands.forEach(listener -> loop.post(() -> listener.accept(agent)));
            }
          });
    }
  }

  @Override
  public Optional<AgentStatus> status(AgentName agent) {
    return Optional.ofNullable(snapshots().get(agent.key())).map(Snapshot::present);
  }

  @Override
  public List<AgentStatus> statuses() {
    return snapshots().values().stream()
        .filter(snapshot -> !snapshot.deleted())
        .map(Snapshot::present)
        .sorted(Comparator.comparing(AgentStatus::name))
        .toList();
  }

  @Override
  public Optional<String> trouble(Run run) {
    return parts.hostFor(run).flatMap(ReplicaHost::trouble);
  }

  @Override
  public boolean holds(AgentSpec spec) {
    Snapshot known = snapshots().get(spec.name().key());
    return known == null
        || Convergence.of("change", spec.revision(), known.facts()).state() == Operation.State.DONE;
  }

  @Override
  public Operation track(String kind, AgentSpec spec, String by) {
    Operation operation = operations.start(kind, spec, by);
    Snapshot known = snapshots().get(spec.name().key());
    // One that has gone idle is not started until it runs.
    boolean wakes = kind.equals("start") && known != null && known.wanted() == 0;
    if (known != null && !wakes) {
      operations.update(spec.name(), known.facts());
    }
    loop.post(
        () -> {
          roster.take(spec);
          LiveAgent agent = roster.find(spec.name());
          if (agent != null) {
            if (wakes) {
              agent.start();
            }
            loop.changed(agent);
          }
        });
    return operations.find(operation.id()).orElse(operation);
  }

  @Override
  public Optional<Operation> operation(String id) {
    return operations.find(id);
  }

  @Override
  public Future<Operation> await(String id, Duration atMost) {
    Future<Operation> ended = operations.await(id, atMost, parts.vertx());
    Context caller = Vertx.currentContext();
    if (caller == null) {
      return ended;
    }
    Promise<Operation> answer = Promise.promise();
    ended.onComplete(result -> caller.runOnContext(turn -> answer.handle(result)));
    return answer.future();
  }

  @Override
  public Future<List<LogLine>> logs(AgentName agent, LogQuery query) {
    return HostReads.logs(parts.hosts().values(), running(agent), agent, query);
  }

  /** Kinds of the hosts that have replicas of the agent, or would start them. */
  private Set<String> running(AgentName agent) {
    Snapshot known = snapshots().get(agent.key());
    if (known == null) {
      return Set.of();
    }
    Set<String> kinds = new HashSet<>();
    parts.hostFor(known.view().manifest().run()).ifPresent(host -> kinds.add(host.kind()));
    known.status().replicas().forEach(replica -> kinds.add(replica.host()));
    return kinds;
  }

  @Override
  public ReplicaHost.Closeable follow(AgentName agent, Consumer<LogLine> lines) {
    return HostReads.follow(parts.hosts().values(), agent, lines);
  }

  @Override
  public Future<ReplicaStats> stats(String replicaId) {
    for (Snapshot snapshot : snapshots().values()) {
      for (AgentStatus.ReplicaStatus replica : snapshot.status().replicas()) {
        ReplicaHost host = parts.hosts().get(replica.host());
        if (replica.id().equals(replicaId) && host != null) {
          return HostReads.stats(host, replicaId);
        }
      }
    }
    return Future.failedFuture(
        new IllegalArgumentException("replica '" + replicaId + "' is unknown: it may have ended"));
  }

  @Override
  public EventLog events() {
    return events;
  }

  @Override
  public List<ScalingFacts> scaling() {
    return snapshots().values().stream()
        .filter(snapshot -> !snapshot.deleted())
        .map(Snapshot::scaling)
        .toList();
  }

  @Override
  public void scaleByLoad(AgentName agent, int replicas, String reason) {
    loop.post(
        () -> {
          LiveAgent live = roster.find(agent);
          if (live != null) {
            live.scaleTo(replicas, reason);
          }
        });
  }

  @Override
  public void onDemand(Consumer<AgentName> listener) {
    demands.add(listener);
  }

  @Override
  public List<Placed> placed() {
    return snapshots().values().stream().map(Snapshot::placed).toList();
  }

  @Override
  public void adopt(AgentName agent, int total) {
    loop.post(
        () -> {
          LiveAgent live = roster.find(agent);
          if (live != null && live.count().scaleTo(live.spec(), total)) {
            loop.changed(live);
          }
        });
  }

  @Override
  public void onLook(Runnable listener) {
    looks.add(listener);
  }

  /** Ends probes and decisions; the hosts and what they run are left as they are. */
  public Future<Void> close() {
    loop.close();
    prober.close();
    return Future.succeededFuture();
  }
}
