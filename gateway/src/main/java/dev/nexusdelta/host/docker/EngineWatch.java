package dev.nexusdelta.host.docker;

import dev.nexusdelta.host.HostEvent;
import dev.nexusdelta.host.ObservedReplica;
import dev.nexusdelta.host.supervision.Actor;
import dev.nexusdelta.host.supervision.EngineAwayException;
import dev.nexusdelta.host.supervision.Running;
import dev.nexusdelta.host.supervision.Supervised;
import dev.nexusdelta.host.supervision.Supervisor;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the supervisor's picture the same as the engine's: by events, and by a full list whenever
 * some may have been missed. While the engine is away nothing is started, stopped or held for gone;
 * when it is back everything is compared first. For the supervisor's context only.
 */
final class EngineWatch implements EngineEvents.Listener, ContainerRunner.Place {
  private static final Logger log = LoggerFactory.getLogger(EngineWatch.class);
  private static final Duration AGAIN = Duration.ofSeconds(1);

  private final Actor actor;
  private final Engine engine;
  private final DockerHostSettings settings;
  private final Ownership ownership;
  private final String host;
  private final Supervisor<Prepared, String> supervisor;
  private final ContainerEnds ends;
  private final ReplicaLogs logs;
  private final Consumer<HostEvent> observer;
  private @Nullable ReplicaNetwork network;
  private volatile @Nullable String trouble;
  private boolean listing;
  private boolean listAgain;
  private boolean opened;

  /** Ends that were told before the answer to the start. */
  private final Map<String, ContainerEvent> early = new HashMap<>();

  EngineWatch(
      Actor actor,
      Engine engine,
      DockerHostSettings settings,
      String host,
      Supervisor<Prepared, String> supervisor,
      ContainerEnds ends,
      ReplicaLogs logs,
      Consumer<HostEvent> observer) {
    this.actor = actor;
    this.engine = engine;
    this.settings = settings;
    this.ownership = new Ownership(actor, engine, settings, host);
    this.host = host;
    this.supervisor = supervisor;
    this.ends = ends;
    this.logs = logs;
    this.observer = observer;
  }

  Ownership ownership() {
    return ownership;
  }

  /** Fails while somebody is on it. */
  Future<Void> removeNetwork() {
    return ReplicaNetwork.remove(engine, settings.network());
  }

  /** Why nothing can be started or stopped; any thread. */
  Optional<String> trouble() {
    return Optional.ofNullable(trouble);
  }

  @Override
  public ReplicaNetwork network() throws EngineAwayException {
    ReplicaNetwork known = network;
    if (known == null) {
      throw new EngineAwayException(trouble().orElse("the engine has not been looked at yet"));
    }
    return known;
  }

  /**
   * Takes ownership and adopts; an engine that is away is waited for.
   *
   * @return fails when the engine belongs to somebody else or refuses
   */
  Future<List<ObservedReplica>> open() {
    return look()
        .recover(
            failure -> {
              if (!(failure instanceof EngineFailure.Away)) {
                return Future.failedFuture(failure);
              }
              suspend("the container engine cannot be reached yet: " + failure.getMessage());
              actor.after(AGAIN, this::list);
              return Future.succeededFuture();
            })
        .map(
            looked -> {
              opened = true;
              return supervisor.observed();
            });
  }

  @Override
  public void gap() {
    list();
  }

  @Override
  public void happened(ContainerEvent event) {
    Supervised<String> replica = byContainer().get(event.container());
    if (replica != null) {
      ends.happened(event, replica);
      return;
    }
    boolean ours = host.equals(event.labels().get(Labels.HOST));
    boolean starting = supervisor.find(event.labels().getOrDefault(Labels.REPLICA, "")).isPresent();
    if (ours && !starting && event.kind() == ContainerEvent.Kind.START) {
      // Somebody started what we had given up.
      list();
    }
    boolean end =
        event.kind() == ContainerEvent.Kind.DIE || event.kind() == ContainerEvent.Kind.DESTROY;
    if (ours && starting && end) {
      early.put(event.container(), event);
    } else if (end) {
      early.remove(event.container());
    }
  }

  @Override
  public void lost() {
    log.warn("network {} is gone and made again", settings.network());
    list();
  }

  /** The replica runs: what happened to it meanwhile is told now. */
  @Override
  public void started(Supervised<String> replica) {
    logs.appeared(replica, true);
    ContainerEvent missed = early.remove(ContainerEnds.containerOf(replica));
    if (missed != null) {
      ends.happened(missed, replica);
    }
  }

  /** The pings say that the engine has gone or come back. */
  void changed(Optional<String> reason) {
    engine.away(reason);
    if (reason.isPresent()) {
      suspend(reason.get());
    } else {
      list();
    }
  }

  private void suspend(String reason) {
    supervisor.suspend();
    boolean news = !reason.equals(trouble);
    trouble = reason;
    if (news) {
      tell(new HostEvent.Trouble(Optional.of(reason)));
    }
  }

  /** Compares everything; until that is done nothing is started or stopped. */
  private void list() {
    if (listing) {
      listAgain = true;
      return;
    }
    listing = true;
    listAgain = false;
    supervisor.suspend();
    look()
        .onComplete(
            looked -> {
              listing = false;
              if (looked.failed()) {
                failed(looked.cause());
              } else if (listAgain) {
                list();
              } else {
                back();
              }
            });
  }

  private void failed(Throwable failure) {
    if (actor.isClosed()) {
      return;
    }
    if (!(failure instanceof EngineFailure.Away)) {
      log.warn("the engine's containers cannot be compared: {}", failure.getMessage());
      suspend(String.valueOf(failure.getMessage()));
    }
    actor.after(AGAIN, this::list);
  }

  private void back() {
    if (trouble != null) {
      trouble = null;
      tell(new HostEvent.Resynced(supervisor.observed()));
      tell(new HostEvent.Trouble(Optional.empty()));
    }
    supervisor.resume();
  }

  private Future<Void> look() {
    return ownership
        .claim()
        .compose(claimed -> ReplicaNetwork.ensure(actor, engine, settings))
        .compose(
            found -> {
              network = found;
              // Replicas of an earlier gateway may call already.
              settings.door().open(found.bridge());
              return engine
                  .containers(Map.of(Labels.HOST, host))
                  .map(all -> all.stream().map(listed -> Found.of(listed, found.name())).toList());
            })
        .map(
            all -> {
              compare(all);
              return null;
            });
  }

  private void compare(List<Found> all) {
    Map<String, Supervised<String>> known = byContainer();
    Map<String, Found> present = new HashMap<>();
    all.forEach(found -> present.put(found.id(), found));
    known.forEach(
        (container, replica) -> {
          Found found = present.get(container);
          if (found == null || !found.state().equals("running")) {
            ends.look(replica);
          }
        });
    for (Found found : all) {
      if (!known.containsKey(found.id()) && supervisor.find(found.replica()).isEmpty()) {
        meet(found);
      }
    }
  }

  /** A container of ours that nobody here knows. */
  private void meet(Found found) {
    if (!found.runs() || found.identity().isEmpty()) {
      log.warn("container {} of this gateway ({}) is removed", found.name(), found.state());
      kept(found)
          .compose(kept -> ends.remove(found.id()))
          .onFailure(e -> log.warn("cannot remove {}: {}", found.name(), e.getMessage()));
      return;
    }
    ReplicaNetwork on = network;
    if (on == null) {
      return;
    }
    Supervised.Identity identity = found.identity().get();
    Running<String> running =
        new Running<>(
            found.id(),
            on.address(found.address()),
            on.port(found.address(), found.port(), identity.port()),
            OptionalLong.empty(),
            Optional.of(found.id()));
    ObservedReplica adopted = supervisor.adopt(identity, running, false);
    if (opened) {
      tell(new HostEvent.Changed(adopted));
    }
    supervisor
        .find(identity.id())
        .ifPresent(
            replica -> {
              logs.appeared(replica, false);
              if (!found.state().equals("running")) {
                ends.look(replica);
              }
            });
  }

  /** What one wrote that ended while nobody looked. */
  private Future<?> kept(Found found) {
    return AgentName.isValid(found.agent()) && found.replica().matches("[a-z0-9-]+")
        ? logs.keep(new AgentName(found.agent()), found.replica(), found.id())
        : Future.succeededFuture();
  }

  private Map<String, Supervised<String>> byContainer() {
    Map<String, Supervised<String>> known = new HashMap<>();
    for (Supervised<String> replica : supervisor.all()) {
      if (replica.running() != null) {
        known.put(ContainerEnds.containerOf(replica), replica);
      }
    }
    return known;
  }

  private void tell(HostEvent event) {
    if (actor.isClosed()) {
      return;
    }
    try {
      observer.accept(event);
    } catch (RuntimeException e) {
      log.error("the observer of the docker host failed over {}", event, e);
    }
  }
}
