package dev.nexusdelta.fleet;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.RemoteReplicas.RemoteReplica;
import dev.nexusdelta.host.ReplicaHost;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All live agents: brings them up, takes up what the registry says, and publishes a picture of all
 * after each turn. Only on the fleet's context, except for what is published.
 */
final class Roster implements Replica.SignalSink {
  private static final Logger LOG = LoggerFactory.getLogger(Roster.class);

  private final AgentTools with;
  private final FleetLoop loop;
  private final Runnable onView;
  private final BiConsumer<AgentName, Convergence.Facts> onFacts;
  private final Map<String, LiveAgent> agents = new HashMap<>();
  private final OutlierWatch outliers;
  private final Elsewhere elsewhere;
  private boolean open;

  /** One field: who reads in a status that an agent is ready finds that the view routes to it. */
  private volatile Published published = new Published(Map.of(), FleetView.EMPTY);

  private record Published(Map<String, Snapshot> snapshots, FleetView view) {}

  /**
   * No agents yet.
   *
   * @param onView told after each new view
   * @param onFacts told how far each agent is that was looked at, after its view was published
   */
  Roster(AgentTools with, Runnable onView, BiConsumer<AgentName, Convergence.Facts> onFacts) {
    this.with = with;
    this.loop = with.loop();
    this.onView = onView;
    this.onFacts = onFacts;
    this.outliers = new OutlierWatch(with, agents.values());
    this.elsewhere = new Elsewhere(with.parts().circuits());
  }

  FleetView view() {
    return published.view();
  }

  Map<String, Snapshot> snapshots() {
    return published.snapshots();
  }

  @Nullable LiveAgent find(AgentName name) {
    return agents.get(name.key());
  }

  /** See {@link Fleet#open}. */
  Future<Void> open() {
    Promise<Void> done = Promise.promise();
    with.parts().registry().watch(spec -> loop.post(() -> take(spec)));
    loop.post(
        () -> {
          List<Future<?>> ready = new ArrayList<>();
          for (AgentSpec spec : with.parts().registry().agents()) {
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
    for (ReplicaHost host : with.parts().hosts().values()) {
      HostObserver observer = new HostObserver(with, host, agents, this);
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
    outliers.start();
    // After the first look: who waits for this finds all agents in the view.
    loop.post(done::complete);
  }

  private LiveAgent born(AgentSpec spec) {
    LiveAgent agent = new LiveAgent(with, spec);
    loop.changed(agent);
    return agent;
  }

  private Future<Void> recall(LiveAgent agent) {
    Promise<Void> done = Promise.promise();
    with.parts()
        .registry()
        .releases(agent.spec().name())
        .otherwise(List.of())
        .onSuccess(
            releases ->
                loop.post(
                    () -> {
                      agent.recall(releases);
                      done.complete();
                    }));
    return done.future();
  }

  /** Takes up a spec, if it is newer than what is known. */
  void take(AgentSpec spec) {
    LiveAgent agent = agents.get(spec.name().key());
    if (agent != null) {
      agent.take(spec);
      return;
    }
    // It may have been deleted and forgotten while this revision was on its way.
    AgentSpec now =
        with.parts()
            .registry()
            .agentOrTombstone(spec.name())
            .filter(stored -> stored.revision() > spec.revision())
            .orElse(spec);
    if (now.deleted()) {
      onFacts.accept(now.name(), Convergence.nothing(now.revision()));
    } else {
      LiveAgent born = born(now);
      agents.put(spec.name().key(), born);
      born.created();
      recall(born)
          .onComplete(
              known -> {
                if (open) {
                  born.open();
                }
              });
    }
  }

  /** Takes up all replicas of other gateways. */
  void take(List<RemoteReplica> remote) {
    for (String key : elsewhere.take(remote)) {
      LiveAgent agent = agents.get(key);
      if (agent != null) {
        loop.changed(agent);
      }
    }
  }

  /** The cluster says something else of these agents. */
  void heard(Set<String> keys) {
    for (String key : keys) {
      LiveAgent agent = agents.get(key);
      if (agent != null) {
        agent.heard();
      }
    }
  }

  /** Lets each of these agents act, then publishes them all at once. */
  void lookAt(List<LiveAgent> changed) {
    Map<String, Snapshot> next = new HashMap<>(published.snapshots());
    Map<AgentName, Convergence.Facts> facts = new LinkedHashMap<>();
    for (LiveAgent agent : changed) {
      try {
        facts.put(agent.spec().name(), lookAt(agent, next));
      } catch (RuntimeException e) {
        // A bug over one agent must not hold up the others of this turn.
        LOG.error("agent '{}' could not be looked at", agent.spec().name(), e);
      }
    }
    publish(Map.copyOf(next));
    // Last: who hears that an operation is done finds its outcome in the view.
    facts.forEach(onFacts);
  }

  private Convergence.Facts lookAt(LiveAgent agent, Map<String, Snapshot> next) {
    agent.reconcile();
    Snapshot now =
        SnapshotBuilder.of(
            agent, elsewhere.of(agent), with.parts().gateway(), with.parts().clock().instant());
    if (agent.forgotten()) {
      agents.remove(agent.key(), agent);
      next.remove(agent.key());
      with.parts().hosts().values().forEach(host -> host.forget(agent.spec().name()));
    } else if (agents.get(agent.key()) == agent) {
      next.put(agent.key(), now);
    }
    return now.facts();
  }

  private void publish(Map<String, Snapshot> next) {
    Map<String, AgentView> views = new HashMap<>();
    next.forEach(
        (key, snapshot) -> {
          if (!snapshot.deleted()) {
            views.put(key, snapshot.view());
          }
        });
    FleetView before = published.view();
    boolean same =
        views.size() == before.agents().size()
            && views.entrySet().stream()
                .allMatch(agent -> agent.getValue().equals(before.agent(agent.getKey())));
    published = new Published(next, same ? before : new FleetView(views));
    if (!same) {
      onView.run();
    }
  }

  @Override
  public void callFailed(Replica replica, String reason) {
    loop.post(
        () -> {
          LiveReplica live = live(replica);
          if (live != null) {
            with.health().callBroke(live, reason);
          }
        });
  }

  @Override
  public void failing(Replica replica, String reason) {
    loop.post(
        () -> {
          LiveReplica live = live(replica);
          if (live != null) {
            outliers.failing(live, reason);
          }
        });
  }

  @Override
  public void idle(Replica replica) {
    loop.post(
        () -> {
          LiveReplica live = live(replica);
          if (live != null) {
            loop.changed(live.agent);
          }
        });
  }

  private @Nullable LiveReplica live(Replica replica) {
    LiveAgent agent = find(replica.agent());
    return agent == null ? null : agent.replica(replica.id());
  }
}
