package dev.nexusdelta.host.docker;

import dev.nexusdelta.host.HostEvent;
import dev.nexusdelta.host.ObservedReplica;
import dev.nexusdelta.host.supervision.Actor;
import dev.nexusdelta.host.supervision.EngineAwayException;
import dev.nexusdelta.host.supervision.Supervised;
import dev.nexusdelta.host.supervision.Supervisor;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the supervisor's picture the same as the engine's: by events, and by a full list whenever
 * some may have been missed. While the engine is away nothing is started, stopped or held for gone;
 * when it is back everything is compared first. For the supervisor's context only.
 */
final class EngineWatch implements EngineEvents.Listener {
  private static final Logger log = LoggerFactory.getLogger(EngineWatch.class);
  private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
  private static final Duration LAST_RETRY = Duration.ofSeconds(10);

  /** After a pause every list knows of it. */
  private static final Duration SOON = Duration.ofSeconds(1);

  /** Before a start that got no answer is tried again. */
  private static final Duration SHORTLY = Duration.ofMillis(100);

  private static final Duration NOW_AND_THEN = Duration.ofSeconds(30);
  private static final int LAST_DOUBLING = 4;

  private static final Set<ContainerEvent.Kind> MATTERS_LATER =
      EnumSet.of(ContainerEvent.Kind.DIE, ContainerEvent.Kind.DESTROY, ContainerEvent.Kind.PAUSE);

  private final Actor actor;
  private final Engine engine;
  private final DockerHostSettings settings;
  private final Comparison comparison;
  private final String host;
  private final Supervisor<Prepared, String> supervisor;
  private final ContainerEnds ends;
  private final ReplicaLogs logs;
  private final Consumer<HostEvent> observer;
  private volatile @Nullable String trouble;

  /** What the pings say. */
  private Optional<String> away = Optional.empty();

  private boolean listing;
  private boolean looking;
  private boolean listAgain;
  private boolean opened;

  /** Of the comparison that counts: an earlier one is not used any more. */
  private int round;

  private int failures;
  private OptionalLong retry = OptionalLong.empty();

  /** What was told of replicas before the answer to their start. */
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
    this.comparison =
        new Comparison(
            actor, engine, settings, host, supervisor, ends, logs, this::tellAfterOpening);
    this.host = host;
    this.supervisor = supervisor;
    this.ends = ends;
    this.logs = logs;
    this.observer = observer;
  }

  /**
   * Gives the engine up.
   *
   * @return false = it is not ours
   */
  Future<Boolean> release() {
    return comparison.release();
  }

  /** Fails while somebody is on it. */
  Future<Void> removeNetwork() {
    return ReplicaNetwork.remove(engine, settings.network());
  }

  /** Why nothing can be started or stopped; any thread. */
  Optional<String> trouble() {
    return Optional.ofNullable(trouble);
  }

  /** Where replicas live; fails while that is not known. */
  ReplicaNetwork network() throws EngineAwayException {
    return comparison.network(trouble());
  }

  /**
   * Takes ownership and adopts; an engine that is away is waited for.
   *
   * @return fails when the engine belongs to somebody else or refuses
   */
  Future<List<ObservedReplica>> open() {
    int asked = ++round;
    return comparison
        .look(() -> asked == round)
        .recover(
            failure -> {
              if (!(failure instanceof EngineFailure.Away)) {
                return Future.failedFuture(failure);
              }
              failed(failure);
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
    Supervised<String> replica = comparison.byContainer().get(event.container());
    if (replica != null) {
      ends.happened(event, replica);
      return;
    }
    boolean ours = host.equals(event.labels().get(Labels.HOST));
    String id = event.labels().getOrDefault(Labels.REPLICA, "");
    boolean starting = supervisor.find(id).isPresent();
    if (ours && !starting && event.kind() == ContainerEvent.Kind.START) {
      // Somebody started what we had given up.
      list();
    }
    if (ours && event.kind() == ContainerEvent.Kind.PAUSE) {
      // The engine tells it before its lists know.
      actor.after(SOON, this::lookQuietly);
    }
    if (ours && starting && MATTERS_LATER.contains(event.kind())) {
      early.put(id, event);
    }
  }

  /** From now on compares now and then, for what no event has told. */
  void begin() {
    actor.every(NOW_AND_THEN, this::lookQuietly);
  }

  /** A start has got no answer: nobody knows what has become of it. */
  void uncertain() {
    actor.after(SHORTLY, this::lookQuietly);
  }

  /** Holds nothing up: acts on differences only. What it cannot see is left to a full list. */
  private void lookQuietly() {
    if (listing || looking || trouble != null || !opened) {
      return;
    }
    looking = true;
    int asked = round;
    comparison
        .look(() -> asked == round)
        .onComplete(
            looked -> {
              looking = false;
              if (looked.failed() && asked == round && !actor.isClosed()) {
                list();
              }
            });
  }

  /** It seems that the network is there no more. */
  void lost() {
    log.warn("network {} is gone and made again", settings.network());
    list();
  }

  /** The replica runs: what happened to it meanwhile is told now. */
  void started(Supervised<String> replica) {
    logs.appeared(replica, true);
    ContainerEvent missed = early.remove(replica.id);
    if (missed != null && missed.container().equals(ContainerEnds.containerOf(replica))) {
      ends.happened(missed, replica);
    }
  }

  /** The start has failed: what was told of it does not matter any more. */
  void notStarted(Supervised<String> replica) {
    early.remove(replica.id);
  }

  /** Of how many starts something was told that waits for their end. */
  int waiting() {
    return early.size();
  }

  /** The pings say that the engine has gone or come back. */
  void changed(Optional<String> reason) {
    engine.away(reason);
    away = reason;
    if (reason.isPresent()) {
      suspend(reason.get());
    } else {
      list();
    }
  }

  private void suspend(String reason) {
    // What the engine is asked now may be answered by one that has gone since.
    round++;
    supervisor.suspend();
    boolean news = !reason.equals(trouble);
    trouble = reason;
    if (news) {
      tell(new HostEvent.Trouble(Optional.of(reason)));
    }
  }

  /** Compares everything; until that is done nothing is started or stopped. */
  private void list() {
    if (comparison.isOver()) {
      return;
    }
    if (listing) {
      listAgain = true;
      return;
    }
    retry.ifPresent(actor::cancel);
    retry = OptionalLong.empty();
    listing = true;
    listAgain = false;
    supervisor.suspend();
    int asked = ++round;
    comparison
        .look(() -> asked == round)
        .onComplete(
            looked -> {
              listing = false;
              if (looked.failed()) {
                failed(looked.cause());
              } else if (listAgain || (asked != round && away.isEmpty())) {
                list();
              } else if (asked == round) {
                back();
              }
            });
  }

  /** The pings tell when an engine that does not answer them is back; any other is asked again. */
  private void failed(Throwable failure) {
    if (comparison.isOver() || actor.isClosed() || away.isPresent()) {
      return;
    }
    String reason =
        "the container engine at %s cannot be looked at: %s; what runs goes on, nothing is started or stopped until it can"
            .formatted(engine.clients().address(), failure.getMessage());
    if (!reason.equals(trouble)) {
      log.warn("{}", reason);
    }
    suspend(reason);
    Duration wait = FIRST_RETRY.multipliedBy(1L << Math.min(failures, LAST_DOUBLING));
    failures++;
    retry =
        OptionalLong.of(
            actor.after(wait.compareTo(LAST_RETRY) < 0 ? wait : LAST_RETRY, this::list));
  }

  private void back() {
    failures = 0;
    if (trouble != null) {
      trouble = null;
      tell(new HostEvent.Resynced(supervisor.observed()));
      tell(new HostEvent.Trouble(Optional.empty()));
    }
    supervisor.resume();
  }

  /** Who opens is told of all that he adopts at once. */
  private void tellAfterOpening(HostEvent event) {
    if (opened) {
      tell(event);
    }
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
