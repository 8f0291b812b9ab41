package dev.nexusdelta.host.process;

import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.host.Capabilities;
import dev.nexusdelta.host.HostEvent;
import dev.nexusdelta.host.LogLine;
import dev.nexusdelta.host.LogQuery;
import dev.nexusdelta.host.ObservedReplica;
import dev.nexusdelta.host.ReplicaHost;
import dev.nexusdelta.host.ReplicaStats;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
  private final Map<String, Future<Build>> preparing = new HashMap<>();
  private final Map<String, Build> prepared = new HashMap<>();
  private @Nullable Tools tools;
  private @Nullable Supervisor supervisor;
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
    Ports ports = new Ports(settings.firstPort(), settings.lastPort(), ListenProbe::isFree, nanos);
    Supervisor begun =
        new Supervisor(
            actor,
            opened.launcher(),
            new Endings(
                actor, opened.group(), opened.intents(), logs, settings.grace(), opened.bootId()),
            new StartGate(actor, opened.proc(), settings.parallelStarts(), nanos),
            ports,
            clock,
            nanos,
            random,
            new Reports(actor, observer));
    tools = opened;
    supervisor = begun;
    List<ObservedReplica> all = adopted.stream().map(begun::adopt).toList();
    log.info("process host open on {}: {} replicas adopted", settings.data(), all.size());
    new Housekeeping(actor, opened, logs, begun).begin();
    actor.builds(
        () -> {
          opened.archive().make();
          return true;
        });
    return all;
  }

  @Override
  public Future<Void> prepare(Release release, Path folder) {
    return actor.ask(
        () -> {
          Tools open = tools();
          String key = keyOf(release);
          Future<Build> known = preparing.get(key);
          if (known == null) {
            long begin = nanos.getAsLong();
            known = actor.builds(() -> open.builds().prepare(release, folder));
            preparing.put(key, known);
            known.onComplete(done -> preparing.remove(key));
            known.onSuccess(build -> keep(release, build, begin));
          }
          return known.mapEmpty();
        });
  }

  private void keep(Release release, Build build, long begin) {
    prepared.put(keyOf(release), build);
    log.info(
        "{} release {} prepared in {} ms",
        release.agent(),
        release.id(),
        (nanos.getAsLong() - begin) / 1_000_000);
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
          Supervisor target = supervisor();
          Build build = prepared.get(keyOf(release));
          target.want(release, count, preferredVictims);
          if (build != null || count == 0) {
            Optional.ofNullable(build).ifPresent(b -> target.built(release, b));
            return Future.succeededFuture();
          }
          // Prepared by an earlier gateway perhaps.
          return actor
              .files(() -> open.builds().find(release.agent(), release.id()))
              .compose(found -> built(target, release, found));
        });
  }

  private Future<Void> built(Supervisor target, Release release, Optional<Build> found) {
    if (found.isEmpty()) {
      return Future.failedFuture(
          new IllegalStateException(
              "release %s of %s has not been prepared on this host"
                  .formatted(release.id(), release.agent())));
    }
    prepared.putIfAbsent(keyOf(release), found.get());
    target.built(release, found.get());
    return Future.succeededFuture();
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
          ProcessReplica replica =
              supervisor()
                  .find(replicaId)
                  .filter(r -> r.pid != 0)
                  .orElseThrow(
                      () ->
                          new IllegalArgumentException(
                              "no replica '" + replicaId + "' runs on this host"));
          return actor.files(() -> open.group().use(replica.id, replica.pid, replica.startTicks));
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

  private Supervisor supervisor() {
    Supervisor open = supervisor;
    if (open == null) {
      throw new IllegalStateException("the process host is not open");
    }
    return open;
  }

  private static String keyOf(Release release) {
    return release.agent().key() + "/" + release.id();
  }
}
