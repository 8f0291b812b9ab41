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
import io.vertx.core.Promise;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares all that the engine has of ours with what the supervisor knows, and acts on the
 * differences: who is not there has ended, who is unknown is adopted, what never ran or has ended
 * is removed. For the supervisor's context only.
 */
final class Comparison {
  private static final Logger log = LoggerFactory.getLogger(Comparison.class);

  private final Actor actor;
  private final Engine engine;
  private final DockerHostSettings settings;
  private final Ownership ownership;
  private final String host;
  private final Supervisor<Prepared, String> supervisor;
  private final ContainerEnds ends;
  private final ReplicaLogs logs;
  private final Consumer<HostEvent> told;
  private @Nullable ReplicaNetwork network;

  /** Under way. */
  private int looks;

  /** Completed when the engine is given up and no look is under way. */
  private final Promise<Void> idle = Promise.promise();

  /** Of left-overs, so that each is logged once. */
  private final Set<String> removing = new HashSet<>();

  private final Set<String> warned = new HashSet<>();

  /**
   * @param told takes what is adopted
   */
  Comparison(
      Actor actor,
      Engine engine,
      DockerHostSettings settings,
      String host,
      Supervisor<Prepared, String> supervisor,
      ContainerEnds ends,
      ReplicaLogs logs,
      Consumer<HostEvent> told) {
    this.actor = actor;
    this.engine = engine;
    this.settings = settings;
    this.ownership = new Ownership(actor, engine, settings, host);
    this.host = host;
    this.supervisor = supervisor;
    this.ends = ends;
    this.logs = logs;
    this.told = told;
  }

  /**
   * Gives the engine up once no look is under way: one that has begun would make again what is
   * removed next.
   *
   * @return false = it is not ours
   */
  Future<Boolean> release() {
    ownership.giveUp();
    if (looks == 0) {
      idle.tryComplete();
    }
    return idle.future().compose(lookedAll -> ownership.release());
  }

  /** The engine is given up. */
  boolean isOver() {
    return ownership.isGivenUp();
  }

  /** Where replicas live, as it was at the last look. */
  ReplicaNetwork network(Optional<String> trouble) throws EngineAwayException {
    ReplicaNetwork known = network;
    if (known == null) {
      throw new EngineAwayException(trouble.orElse("the engine has not been looked at yet"));
    }
    return known;
  }

  /**
   * Takes the engine, finds the network and compares.
   *
   * @param holds asked when the list is there: false = too much has happened since, it is not used
   *     any more
   */
  Future<Void> look(BooleanSupplier holds) {
    looks++;
    return claimAndCompare(holds)
        .onComplete(
            looked -> {
              looks--;
              if (looks == 0 && isOver()) {
                idle.tryComplete();
              }
            });
  }

  private Future<Void> claimAndCompare(BooleanSupplier holds) {
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
        .compose(all -> holds.getAsBoolean() ? compare(all, holds) : Future.succeededFuture());
  }

  private Future<Void> compare(List<Found> all, BooleanSupplier holds) {
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
    List<Future<Void>> met =
        all.stream()
            .filter(found -> !known.containsKey(found.id()) && isUnknown(found))
            .map(found -> meet(found, holds))
            .toList();
    return Future.all(met).mapEmpty();
  }

  private boolean isUnknown(Found found) {
    return supervisor.find(found.replica()).isEmpty() && !supervisor.isLeft(found.replica());
  }

  /**
   * A container of ours that nobody here knows. The list may be older than its end: what is done is
   * decided by how it is now.
   */
  private Future<Void> meet(Found found, BooleanSupplier holds) {
    return engine
        .inspect(found.id())
        .<Void>map(
            now -> {
              if (holds.getAsBoolean() && isUnknown(found)) {
                String state = String.valueOf(now.getState().getStatus());
                if (state.equals("running") || state.equals("paused")) {
                  running(found, state);
                } else {
                  remove(found, state);
                }
              }
              return null;
            })
        .recover(
            failure -> {
              if (failure instanceof EngineFailure.Away) {
                return Future.failedFuture(failure);
              }
              if (!(failure instanceof EngineFailure.NotFound)) {
                log.warn("cannot see how {} is: {}", found.name(), failure.getMessage());
              }
              return Future.succeededFuture();
            });
  }

  private void running(Found found, String state) {
    if (found.identity().isPresent()) {
      adopt(found, found.identity().get(), state);
    } else if (found.runs()) {
      remove(found, state + ", without whole labels");
    }
    // Else it was started after the list, which does not tell its port: the next one does.
  }

  private void remove(Found found, String state) {
    if (removing.add(found.id())) {
      log.warn("container {} of this gateway ({}) is removed", found.name(), state);
    }
    kept(found)
        .compose(kept -> ends.remove(found.id()))
        .onSuccess(removed -> removing.remove(found.id()))
        .onFailure(
            e -> {
              if (warned.add(found.id())) {
                log.warn("cannot remove {}: {}", found.name(), e.getMessage());
              }
            });
  }

  private void adopt(Found found, Supervised.Identity identity, String state) {
    ReplicaNetwork on = network;
    if (on == null) {
      return;
    }
    Running<String> running =
        new Running<>(
            found.id(),
            on.address(found.address()),
            on.port(found.address(), found.port(), identity.port()),
            OptionalLong.empty(),
            Optional.of(found.id()));
    ObservedReplica adopted = supervisor.adopt(identity, running, ends.wasStopping(identity.id()));
    told.accept(new HostEvent.Changed(adopted));
    supervisor
        .find(identity.id())
        .ifPresent(
            replica -> {
              logs.appeared(replica, false);
              if (!state.equals("running")) {
                ends.look(replica);
              }
            });
    supervisor.planAll();
  }

  /** What one wrote that ended while nobody looked. */
  private Future<?> kept(Found found) {
    return AgentName.isValid(found.agent()) && found.replica().matches("[a-z0-9-]+")
        ? logs.keep(new AgentName(found.agent()), found.replica(), found.id())
        : Future.succeededFuture();
  }

  /** All that were started, by their containers. */
  Map<String, Supervised<String>> byContainer() {
    Map<String, Supervised<String>> known = new HashMap<>();
    for (Supervised<String> replica : supervisor.all()) {
      if (replica.running() != null) {
        known.put(ContainerEnds.containerOf(replica), replica);
      }
    }
    return known;
  }
}
