package dev.nexusdelta.host.docker;

import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.host.HostAwayException;
import dev.nexusdelta.host.HostEvent;
import dev.nexusdelta.host.ObservedReplica;
import dev.nexusdelta.host.ReplicaStats;
import dev.nexusdelta.host.supervision.Actor;
import dev.nexusdelta.host.supervision.ListenProbe;
import dev.nexusdelta.host.supervision.Ports;
import dev.nexusdelta.host.supervision.Reports;
import dev.nexusdelta.host.supervision.Startables;
import dev.nexusdelta.host.supervision.Supervised;
import dev.nexusdelta.host.supervision.Supervisor;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** The parts of an open docker host, made and wired. For its actor's context only. */
final class OpenDocker {
  private static final Duration LONGEST_CALL = Duration.ofMinutes(2);
  private static final Duration STALE = Duration.ofSeconds(5);
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final int MOST_LOOKS = 50;
  private static final int NETWORK_LOOKS = 10;
  private static final Duration TIDY = Duration.ofSeconds(5);
  private static final long COMPILER_IDLE = Duration.ofSeconds(60).toNanos();

  private final Actor actor;
  private final Engine engine;
  private final EngineEvents events;
  private final StatsStreams stats;
  private final ContainerLogs streams;
  private final ReplicaLogs logs;
  private final ConnectGate gate;
  private final Supervisor<Prepared, String> supervisor;
  private final EngineWatch watch;
  private final Availability availability;
  private final Images images;
  private final CodeTools code;
  private final StopMarks marks;
  private final Startables<Prepared> startables;

  OpenDocker(
      Actor actor,
      Context context,
      DockerHostSettings settings,
      String host,
      CodeTools code,
      StopMarks marks,
      Startables<Prepared> startables,
      InstantSource clock,
      LongSupplier nanos,
      RandomGenerator random,
      Consumer<HostEvent> observer) {
    this.actor = actor;
    this.startables = startables;
    this.marks = marks;
    EngineClients clients =
        new EngineClients(EngineAddress.of(settings.dockerHost()), LONGEST_CALL);
    this.engine = new Engine(context, clients);
    EngineWire wire = EngineWire.of(clients.streams(), new ReopenDelay(random), nanos);
    this.stats = new StatsStreams(wire, context.owner(), STALE);
    this.streams = new ContainerLogs(wire, context);
    this.logs =
        new ReplicaLogs(actor, streams, new DeadLogs(settings.containerLogs()), this::replicas);
    this.gate = new ConnectGate(actor, context.owner(), settings.parallelStarts(), nanos);
    ContainerEnds ends = new ContainerEnds(actor, engine, logs, marks, new Ends());
    this.supervisor =
        new Supervisor<>(
            actor,
            new ContainerRunner(
                actor, engine, settings, new SpecWriter(settings, host), new Place(), ends, nanos),
            gate,
            new Ports(
                settings.firstPort(), settings.lastPort(), ListenProbe::isFree, nanos, random),
            clock,
            nanos,
            random,
            new Reports(actor, observer));
    this.watch = new EngineWatch(actor, engine, settings, host, supervisor, ends, logs, observer);
    this.events = new EngineEvents(wire, context, watch);
    this.availability =
        new Availability(
            context,
            clients.address(),
            () -> clients.calls().pingCmd().exec(),
            this::availabilityChanged);
    this.images =
        new Images(actor, engine, settings, new ImageBuilds(actor, engine, settings, code));
    this.code = code;
  }

  /** Tells the supervisor what the containers do. */
  private final class Ends implements ContainerEnds.Sink {
    @Override
    public void ended(Supervised<String> replica, OptionalInt code, String how) {
      stats.unsubscribe(ContainerEnds.containerOf(replica));
      supervisor.ended(replica, code, how);
    }

    @Override
    public void replace(Supervised<String> replica, String reason) {
      if (replica.phase() == Supervised.Phase.RUNNING && !replica.wasToldToEnd()) {
        supervisor.replace(replica.id, reason);
      }
    }
  }

  /** What the runner asks before the watch is made. */
  private final class Place implements ContainerRunner.Place {
    @Override
    public ReplicaNetwork network() throws dev.nexusdelta.host.supervision.EngineAwayException {
      return watch.network();
    }

    @Override
    public void lost() {
      watch.lost();
    }

    @Override
    public void notStarted(Supervised<String> replica) {
      watch.notStarted(replica);
    }

    @Override
    public void uncertain() {
      watch.uncertain();
    }

    @Override
    public Future<Prepared> remade(Release release, Path folder) {
      return startables
          .prepare(
              release,
              () ->
                  images.prepare(release, folder, () -> supervisor.releasesInUse(release.agent())))
          .onSuccess(made -> supervisor.built(release, made));
    }

    @Override
    public void started(Supervised<String> replica) {
      watch.started(replica);
    }
  }

  /** Takes ownership and adopts; from now on all events are heard. */
  Future<List<ObservedReplica>> open() {
    engine.onSilence(availability::suspect);
    return watch
        .open()
        .onSuccess(
            adopted -> {
              events.start();
              availability.begin();
              watch.begin();
              forgetOldMarks();
              actor.every(TIDY, this::endIdleCompiler);
              images.tidy();
            });
  }

  /** Of replicas that are not there any more; an engine that is away may have them still. */
  private void forgetOldMarks() {
    if (trouble().isPresent()) {
      return;
    }
    Set<String> there = supervisor.all().stream().map(r -> r.id).collect(Collectors.toSet());
    actor.files(
        () -> {
          marks.keepOnly(there);
          return true;
        });
  }

  private void endIdleCompiler() {
    actor.files(
        () -> {
          code.compiler().endIfIdle(COMPILER_IDLE);
          return true;
        });
  }

  private void availabilityChanged(Optional<String> trouble) {
    watch.changed(trouble);
    if (trouble.isEmpty()) {
      events.suspect();
      stats.suspect();
      streams.suspect();
    }
  }

  Supervisor<Prepared, String> supervisor() {
    return supervisor;
  }

  Images images() {
    return images;
  }

  ReplicaLogs logs() {
    return logs;
  }

  /** Any thread. */
  Optional<String> trouble() {
    return watch.trouble();
  }

  private List<Supervised<String>> replicas() {
    return supervisor.all();
  }

  /** Asks the engine something, unless it is known to be away; failures as the port tells them. */
  <T> Future<T> asked(Supplier<Future<T>> question) {
    Optional<String> away = trouble();
    if (away.isPresent()) {
      return Future.failedFuture(new HostAwayException(away.get()));
    }
    return question
        .get()
        .recover(
            failure ->
                Future.failedFuture(
                    failure instanceof EngineFailure.Away
                        ? new HostAwayException(
                            trouble().orElse(String.valueOf(failure.getMessage())))
                        : failure));
  }

  /** Of a replica that runs. The first sample of a container takes a second or two. */
  Future<ReplicaStats> stats(String replicaId) {
    Supervised<String> replica =
        supervisor
            .find(replicaId)
            .filter(r -> r.running() != null && r.phase() != Supervised.Phase.ENDED)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "no replica '" + replicaId + "' runs on this host"));
    stats.subscribe(ContainerEnds.containerOf(replica));
    Promise<ReplicaStats> answer = Promise.promise();
    sample(replica, answer, MOST_LOOKS);
    return answer.future();
  }

  private void sample(Supervised<String> replica, Promise<ReplicaStats> answer, int looks) {
    Optional<ReplicaStats> latest = stats.latest(ContainerEnds.containerOf(replica));
    if (latest.isPresent()) {
      answer.complete(latest.get());
    } else if (looks == 0 || replica.phase() == Supervised.Phase.ENDED) {
      answer.fail(new IllegalStateException("the engine tells nothing of " + replica.id + " now"));
    } else {
      actor.after(LOOK, () -> sample(replica, answer, looks - 1));
    }
  }

  /** Ends every replica and gives the engine up. */
  Future<Void> stopAll() {
    Optional<String> away = trouble();
    if (away.isPresent()) {
      return Future.failedFuture(new HostAwayException(away.get()));
    }
    return supervisor
        .stopAll()
        .compose(stopped -> asked(watch::release))
        // Kept while containers of others are on it.
        .compose(ours -> ours ? removeNetwork(NETWORK_LOOKS) : Future.succeededFuture());
  }

  /** A container that has just been removed may be on it for another moment. */
  private Future<Void> removeNetwork(int looks) {
    return watch
        .removeNetwork()
        .recover(inUse -> looks == 0 ? Future.succeededFuture() : removeNetworkLater(looks - 1));
  }

  private Future<Void> removeNetworkLater(int looks) {
    Promise<Void> later = Promise.promise();
    actor.after(LOOK, later::complete);
    return later.future().compose(now -> removeNetwork(looks));
  }

  Future<Void> close() {
    availability.close();
    events.close();
    stats.close();
    streams.close();
    gate.close();
    engine.close();
    return actor.files(
        () -> {
          code.compiler().close();
          return null;
        });
  }
}
