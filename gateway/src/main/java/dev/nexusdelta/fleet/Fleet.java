package dev.nexusdelta.fleet;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.host.LogLine;
import dev.nexusdelta.host.LogQuery;
import dev.nexusdelta.host.ReplicaHost;
import dev.nexusdelta.host.ReplicaStats;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps all agents as the registry wants them: follows its specs, tells the hosts, watches the
 * replicas, and publishes what it finds.
 *
 * <p>One writer on one Vert.x context (that of the thread that makes it, or a new one); all readers
 * take what was last published. Nothing here waits for a host, the store or discovery.
 */
public final class Fleet implements FleetReader, FleetControl {
  private static final int KEPT_EVENTS = 2_000;

  private final FleetParts parts;
  private final FleetLoop loop;
  private final Prober prober;
  private final Events events;
  private final Operations operations;
  private final AgentTools with;
  private final Map<String, LiveAgent> agents = new HashMap<>();
  private final List<HostObserver> observers = new ArrayList<>();
  private final Set<String> hurried = ConcurrentHashMap.newKeySet();
  private final Watches watches = new Watches(this::view);
  private boolean open;
  private volatile Map<String, Snapshot> snapshots = Map.of();
  private volatile FleetView view = FleetView.EMPTY;

  /** Does nothing before {@link #open}. */
  public Fleet(FleetParts parts) {
    this.parts = parts;
    loop = new FleetLoop(parts.vertx(), parts.nanos(), this::lookAt);
    prober = new Prober(parts.vertx());
    events = new Events(KEPT_EVENTS, parts.clock());
    operations =
        new Operations(
            parts.clock(),
            serial -> "op-" + serial + "-" + Long.toHexString(parts.random().nextLong()),
            this::ended);
    FleetMetrics metrics = new FleetMetrics(parts.metrics(), () -> snapshots.values());
    metrics.register();
    with =
        new AgentTools(
            parts,
            loop,
            new HealthWatch(loop, prober, parts.random()),
            new HostCommands(parts, loop),
            new ToolsReader(loop, prober, parts.registry()),
            new DirectoryFeed(parts.directory(), parts.gateway()),
            metrics,
            events);
  }

  /**
   * Takes up the registry, opens the hosts, adopts what runs, and begins to act. Fails if a host
   * cannot be opened.
   */
  public Future<Void> open() {
    Promise<Void> done = Promise.promise();
    parts.registry().watch(spec -> loop.post(() -> take(spec)));
    loop.post(
        () -> {
          List<Future<?>> ready = new ArrayList<>();
          for (AgentSpec spec : parts.registry().agents()) {
            ready.add(recall(agents.computeIfAbsent(spec.name().key(), key -> born(spec))));
          }
          Future.join(ready)
              .onComplete(
                  known -> adopt().onComplete(all -> loop.post(() -> begin(all.cause(), done))));
        });
    return done.future();
  }

  private Future<Void> adopt() {
    List<Future<?>> opened = new ArrayList<>();
    for (ReplicaHost host : parts.hosts().values()) {
      HostObserver observer = new HostObserver(with, host, agents, new Signals());
      observers.add(observer);
      Promise<Void> adopted = Promise.promise();
      opened.add(adopted.future());
      host.open(event -> loop.post(() -> event.accept(observer)))
          .onSuccess(
              all ->
                  loop.post(
                      () -> {
                        observer.adopted(all);
                        adopted.complete();
                      }))
          .onFailure(adopted::fail);
    }
    return Future.join(opened).mapEmpty();
  }

  private void begin(@Nullable Throwable failure, Promise<Void> done) {
    if (failure != null) {
      done.fail(failure);
      return;
    }
    open = true;
    agents.values().forEach(LiveAgent::open);
    // After the first look: who waits for this finds all agents in the view.
    loop.post(done::complete);
  }

  private LiveAgent born(AgentSpec spec) {
    LiveAgent agent = new LiveAgent(with, spec);
    loop.changed(agent);
    return agent;
  }

  private Future<Void> recall(LiveAgent agent) {
    return parts
        .registry()
        .releases(agent.spec().name())
        .otherwise(List.of())
        .compose(
            releases -> {
              Promise<Void> done = Promise.promise();
              loop.post(
                  () -> {
                    agent.recall(releases);
                    done.complete();
                  });
              return done.future();
            });
  }

  private void take(AgentSpec spec) {
    LiveAgent agent = agents.get(spec.name().key());
    if (agent != null) {
      agent.take(spec);
    } else if (!spec.deleted()) {
      LiveAgent born = born(spec);
      agents.put(spec.name().key(), born);
      born.created();
      recall(born).onComplete(known -> loop.post(() -> begin(born)));
    } else {
      operations.update(spec.name(), Convergence.nothing(spec.revision()));
    }
  }

  private void begin(LiveAgent born) {
    if (open) {
      born.open();
    }
  }

  private void lookAt(List<LiveAgent> changed) {
    Map<String, Snapshot> next = new HashMap<>(snapshots);
    Map<AgentName, Convergence.Facts> facts = new LinkedHashMap<>();
    for (LiveAgent agent : changed) {
      agent.reconcile();
      Snapshot now = SnapshotBuilder.of(agent, parts.gateway(), parts.clock().instant());
      facts.put(agent.spec().name(), now.facts());
      if (agent.forgotten()) {
        agents.remove(agent.key(), agent);
        next.remove(agent.key());
      } else if (agents.get(agent.key()) == agent) {
        next.put(agent.key(), now);
      }
    }
    snapshots = Map.copyOf(next);
    publish(next);
    // Last: who hears that an operation is done finds its outcome in the view.
    facts.forEach(operations::update);
  }

  private void publish(Map<String, Snapshot> next) {
    Map<String, AgentView> views = new HashMap<>();
    next.forEach(
        (key, snapshot) -> {
          if (!snapshot.deleted()) {
            views.put(key, snapshot.view());
          }
        });
    FleetView before = view;
    boolean same =
        views.size() == before.agents().size()
            && views.entrySet().stream()
                .allMatch(agent -> agent.getValue().equals(before.agent(agent.getKey())));
    if (!same) {
      view = new FleetView(views);
      watches.published();
    }
  }

  private void ended(Operation operation, String by) {
    events.add(
        "operation." + operation.state().name().toLowerCase(Locale.ROOT),
        Optional.of(operation.agent().value()),
        Optional.empty(),
        by,
        operation.kind() + " " + operation.id() + ": " + operation.detail());
  }

  /** What calls find out, from any event loop. */
  private final class Signals implements Replica.SignalSink {
    @Override
    public void callFailed(Replica replica, String reason) {
      loop.post(
          () -> {
            LiveReplica live = find(replica);
            if (live != null) {
              with.health().callBroke(live, reason);
            }
          });
    }

    @Override
    public void idle(Replica replica) {
      loop.post(
          () -> {
            LiveReplica live = find(replica);
            if (live != null) {
              loop.changed(live.agent);
            }
          });
    }

    private @Nullable LiveReplica find(Replica replica) {
      LiveAgent agent = agents.get(replica.agent().key());
      return agent == null ? null : agent.replica(replica.id());
    }
  }

  @Override
  public FleetView view() {
    return view;
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
            LiveAgent live = agents.get(agent.key());
            if (live != null) {
              live.hurry();
            }
          });
    }
  }

  @Override
  public Optional<AgentStatus> status(AgentName agent) {
    return Optional.ofNullable(snapshots.get(agent.key())).map(Snapshot::present);
  }

  @Override
  public List<AgentStatus> statuses() {
    return snapshots.values().stream()
        .filter(snapshot -> !snapshot.deleted())
        .map(Snapshot::present)
        .sorted(Comparator.comparing(AgentStatus::name))
        .toList();
  }

  @Override
  public Operation track(String kind, AgentSpec spec, String by) {
    Operation operation = operations.start(kind, spec, by);
    Snapshot known = snapshots.get(spec.name().key());
    if (known != null) {
      operations.update(spec.name(), known.facts());
    }
    loop.post(
        () -> {
          take(spec);
          LiveAgent agent = agents.get(spec.name().key());
          if (agent != null) {
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
    return operations.await(id, atMost, parts.vertx());
  }

  @Override
  public Future<List<LogLine>> logs(AgentName agent, LogQuery query) {
    return HostReads.logs(parts.hosts().values(), agent, query);
  }

  @Override
  public ReplicaHost.Closeable follow(AgentName agent, Consumer<LogLine> lines) {
    return HostReads.follow(parts.hosts().values(), agent, lines);
  }

  @Override
  public Future<ReplicaStats> stats(String replicaId) {
    for (Snapshot snapshot : snapshots.values()) {
      for (AgentStatus.ReplicaStatus replica : snapshot.status().replicas()) {
        ReplicaHost host = parts.hosts().get(replica.host());
        if (replica.id().equals(replicaId) && host != null) {
          return host.stats(replicaId);
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

  /** Ends probes and decisions; the hosts and what they run are left as they are. */
  public Future<Void> close() {
    loop.close();
    prober.close();
    return Future.succeededFuture();
  }
}
