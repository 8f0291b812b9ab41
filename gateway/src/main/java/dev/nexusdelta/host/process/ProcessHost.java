package dev.nexusdelta.host.process;

import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.host.Capabilities;
import dev.nexusdelta.host.HostEvent;
import dev.nexusdelta.host.LogLine;
import dev.nexusdelta.host.LogQuery;
import dev.nexusdelta.host.ObservedReplica;
import dev.nexusdelta.host.ReplicaHost;
import dev.nexusdelta.host.ReplicaStats;
import dev.nexusdelta.host.code.Build;
import dev.nexusdelta.host.logs.LogFiles;
import dev.nexusdelta.host.logs.LogFollower;
import dev.nexusdelta.host.supervision.Actor;
import dev.nexusdelta.host.supervision.ListenProbe;
import dev.nexusdelta.host.supervision.Ports;
import dev.nexusdelta.host.supervision.Reports;
import dev.nexusdelta.host.supervision.Startables;
import dev.nexusdelta.host.supervision.Supervised;
import dev.nexusdelta.host.supervision.Supervisor;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs replicas as child processes of this machine. They live in sessions of their own and write
 * their logs themselves, so that they outlive the gateway; the next one adopts them.
 *
 * <p>State is confined to the context given; what blocks runs on threads of its own, which end with
 * {@link #close}. After {@code close} a host is not opened again.
 */
public final class ProcessHost implements ReplicaHost {
  private static final Logger log = LoggerFactory.getLogger(ProcessHost.class);
  private static final int FILE_THREADS = 4;

  private final Actor actor;
  private final ProcessHostSettings settings;
  private final InstantSource clock;
  private final LongSupplier nanos;
  private final RandomGenerator random;
  private final LogFiles logs;
  private final Startables<Build> startables;
  private @Nullable Tools tools;
  private @Nullable Supervisor<Build, Spawned> supervisor;
  private @Nullable Future<Void> closing;

  /**
   * Starts nothing yet.
   *
   * @param context on which state lives, futures complete and events arrive
   * @param clock wall clock, for times that people see
   * @param nanos monotonic clock, for everything that is measured
   * @param random makes ids
   */
  public ProcessHost(
      Context context,
      ProcessHostSettings settings,
      InstantSource clock,
      LongSupplier nanos,
      RandomGenerator random) {
    this.actor =
        new Actor(context, "process-host-" + settings.data(), FILE_THREADS, Tools.BUILD_THREADS);
    this.settings = settings;
    this.clock = clock;
    this.nanos = nanos;
    this.random = random;
    this.startables = new Startables<>(nanos);
    this.logs = new LogFiles(settings.agentLogs(), settings.logBytes());
  }

  @Override
  public String kind() {
    return "process";
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(true, false, true);
  }

  @Override
  public Future<List<ObservedReplica>> open(Consumer<HostEvent> observer) {
    return actor.ask(
        () ->
            actor
                .files(() -> Tools.open(settings, logs, nanos))
                .compose(
                    opened ->
                        actor
                            .files(opened.adoption()::adopt)
                            .map(adopted -> begin(opened, adopted, observer))));
  }

  private List<ObservedReplica> begin(
      Tools opened, List<Intent> adopted, Consumer<HostEvent> observer) {
    Ports ports =
        new Ports(settings.firstPort(), settings.lastPort(), ListenProbe::isFree, nanos, random);
    Endings endings =
        new Endings(
            actor, opened.group(), opened.intents(), logs, settings.grace(), opened.bootId());
    Supervisor<Build, Spawned> begun =
        new Supervisor<>(
            actor,
            new ProcessRunner(actor, opened.launcher(), endings),
            new ListeningGate(actor, opened.proc(), settings.parallelStarts(), nanos),
            ports,
            clock,
            nanos,
            random,
            new Reports(actor, observer));
    tools = opened;
    supervisor = begun;
    List<ObservedReplica> all = adopted.stream().map(intent -> adopt(begun, intent)).toList();
    log.info("process host open on {}: {} replicas adopted", settings.data(), all.size());
    new Housekeeping(actor, opened, logs, begun).begin();
    actor.builds(
        () -> {
          opened.archive().make();
          return true;
        });
    return all;
  }

  private static ObservedReplica adopt(Supervisor<Build, Spawned> begun, Intent intent) {
    Spawned spawned = new Spawned(intent.pid(), intent.startTicks(), Optional.empty());
    return begun.adopt(
        intent.identity(), spawned.running(intent.port()), intent.phase() == Intent.Phase.STOPPING);
  }

  @Override
  public Future<Void> prepare(Release release, Path folder) {
    return actor.ask(
        () -> {
          Tools open = tools();
          return startables
              .prepare(release, () -> actor.builds(() -> open.builds().prepare(release, folder)))
              .onSuccess(build -> pruneBuilds(release))
              .mapEmpty();
        });
  }

  private void pruneBuilds(Release release) {
    Set<String> inUse = supervisor().releasesInUse(release.agent());
    inUse.add(release.id());
    actor.files(
        () -> {
          tools().builds().prune(release.agent(), inUse);
          return true;
        });
  }

  @Override
  public Future<Void> apply(Release release, int count, List<String> preferredVictims) {
    return actor.ask(
        () -> {
          Tools open = tools();
          return startables.apply(
              supervisor(),
              release,
              count,
              preferredVictims,
              () -> actor.files(() -> open.builds().find(release.agent(), release.id())));
        });
  }

  @Override
  public Future<Void> replace(String replicaId, String reason) {
    return actor.ask(
        () -> {
          supervisor().replace(replicaId, reason);
          return Future.succeededFuture();
        });
  }

  @Override
  public Future<List<LogLine>> logs(AgentName agent, LogQuery query) {
    return actor.ask(() -> actor.files(() -> logs.read(agent, query)));
  }

  @Override
  public Closeable follow(AgentName agent, Consumer<LogLine> lines) {
    LogFollower follower = new LogFollower(actor, logs, agent, clock, lines);
    actor.run(follower::start);
    return follower;
  }

  @Override
  public Future<ReplicaStats> stats(String replicaId) {
    return actor.ask(
        () -> {
          Tools open = tools();
          Supervised<Spawned> replica =
              supervisor()
                  .find(replicaId)
                  .filter(r -> r.running() != null)
                  .orElseThrow(
                      () ->
                          new IllegalArgumentException(
                              "no replica '" + replicaId + "' runs on this host"));
          Spawned process = Spawned.of(replica);
          return actor.files(
              () -> open.group().use(replica.id, process.pid(), process.startTicks()));
        });
  }

  @Override
  public synchronized Future<Void> close(boolean stopReplicas) {
    Future<Void> begun = closing;
    if (begun == null) {
      begun = actor.ask(() -> end(stopReplicas));
      closing = begun;
    }
    return begun;
  }

  private Future<Void> end(boolean stopReplicas) {
    Tools open = tools;
    if (open == null) {
      return actor.close();
    }
    Future<Void> stopped = stopReplicas ? supervisor().stopAll() : Future.succeededFuture();
    return stopped
        .compose(
            v -> {
              open.archive().close();
              return actor.files(
                  () -> {
                    open.compiler().close();
                    return true;
                  });
            })
        .transform(done -> actor.close());
  }

  private Tools tools() {
    Tools open = tools;
    if (open == null) {
      throw new IllegalStateException("the process host is not open");
    }
    return open;
  }

  private Supervisor<Build, Spawned> supervisor() {
    Supervisor<Build, Spawned> open = supervisor;
    if (open == null) {
      throw new IllegalStateException("the process host is not open");
    }
    return open;
  }
}
