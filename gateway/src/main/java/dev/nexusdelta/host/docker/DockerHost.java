package dev.nexusdelta.host.docker;

import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.host.Capabilities;
import dev.nexusdelta.host.HostEvent;
import dev.nexusdelta.host.LogLine;
import dev.nexusdelta.host.LogQuery;
import dev.nexusdelta.host.ObservedReplica;
import dev.nexusdelta.host.ReplicaHost;
import dev.nexusdelta.host.ReplicaStats;
import dev.nexusdelta.host.supervision.Actor;
import dev.nexusdelta.host.supervision.HostId;
import dev.nexusdelta.host.supervision.Startables;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.Run;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs replicas as containers of an engine on this machine. They outlive the gateway, and the next
 * one of the same data folder adopts them by their labels.
 *
 * <p>State is confined to the context given; what blocks runs on threads of its own, which end with
 * {@link #close}. After {@code close} a host is not opened again.
 */
public final class DockerHost implements ReplicaHost {
  private static final Logger log = LoggerFactory.getLogger(DockerHost.class);
  private static final int FILE_THREADS = 4;
  private static final int BUILD_THREADS = 2;

  private final Actor actor;
  private final Context context;
  private final DockerHostSettings settings;
  private final InstantSource clock;
  private final LongSupplier nanos;
  private final RandomGenerator random;
  private final Startables<Prepared> startables;
  private volatile @Nullable OpenDocker open;
  private @Nullable Future<Void> closing;

  /**
   * Starts nothing yet.
   *
   * @param context on which state lives, futures complete and events arrive
   * @param clock wall clock, for times that people see
   * @param nanos monotonic clock, for everything that is measured
   * @param random makes ids
   */
  public DockerHost(
      Context context,
      DockerHostSettings settings,
      InstantSource clock,
      LongSupplier nanos,
      RandomGenerator random) {
    this.actor = new Actor(context, "docker-host-" + settings.data(), FILE_THREADS, BUILD_THREADS);
    this.context = context;
    this.settings = settings;
    this.clock = clock;
    this.nanos = nanos;
    this.random = random;
    this.startables = new Startables<>(nanos);
  }

  @Override
  public String kind() {
    return "docker";
  }

  @Override
  public long memoryOf(Manifest manifest) {
    return SpecWriter.memory(manifest, manifest.run() instanceof Run.Java);
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(true, false, true);
  }

  @Override
  public Optional<String> trouble() {
    OpenDocker opened = open;
    return opened == null ? Optional.empty() : opened.trouble();
  }

  @Override
  public Future<List<ObservedReplica>> open(Consumer<HostEvent> observer) {
    return actor.ask(
        () ->
            actor
                .files(
                    () -> {
                      CodeTools code = CodeTools.open(settings, BUILD_THREADS, nanos);
                      return new Surroundings(
                          HostId.of(settings.data()), code, StopMarks.open(settings.data()));
                    })
                .compose(found -> begin(found, observer)));
  }

  private record Surroundings(String id, CodeTools code, StopMarks marks) {}

  private Future<List<ObservedReplica>> begin(Surroundings found, Consumer<HostEvent> observer) {
    OpenDocker opened =
        new OpenDocker(
            actor,
            context,
            settings,
            found.id(),
            found.code(),
            found.marks(),
            startables,
            clock,
            nanos,
            random,
            observer);
    open = opened;
    return opened
        .open()
        .onSuccess(
            adopted ->
                log.info(
                    "docker host open on {}: {} replicas adopted",
                    settings.data(),
                    adopted.size()));
  }

  @Override
  public Future<Void> prepare(Release release, Path folder) {
    return ask(
        opened ->
            startables
                .prepare(
                    release,
                    () ->
                        opened.asked(
                            () ->
                                opened
                                    .images()
                                    .prepare(
                                        release,
                                        folder,
                                        () -> opened.supervisor().releasesInUse(release.agent()))))
                .mapEmpty());
  }

  @Override
  public Future<Void> apply(Release release, int count, List<String> preferredVictims) {
    return ask(
        opened ->
            startables.apply(
                opened.supervisor(),
                release,
                count,
                preferredVictims,
                () -> opened.asked(() -> opened.images().recorded(release))));
  }

  @Override
  public Future<Void> replace(String replicaId, String reason) {
    return ask(
        opened -> {
          opened.supervisor().replace(replicaId, reason);
          return Future.succeededFuture();
        });
  }

  @Override
  public void forget(AgentName agent) {
    ask(opened -> {
          opened.images().forget(agent);
          return Future.succeededFuture();
        })
        .onFailure(e -> log.warn("images of {} are not removed: {}", agent, e.getMessage()));
  }

  @Override
  public Future<List<LogLine>> logs(AgentName agent, LogQuery query) {
    return ask(opened -> opened.asked(() -> opened.logs().read(agent, query)));
  }

  @Override
  public Closeable follow(AgentName agent, Consumer<LogLine> lines) {
    return opened().logs().follow(agent, lines);
  }

  @Override
  public Future<ReplicaStats> stats(String replicaId) {
    return ask(opened -> opened.stats(replicaId));
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
    OpenDocker opened = open;
    if (opened == null) {
      return actor.close();
    }
    Future<Void> stopped = stopReplicas ? opened.stopAll() : Future.succeededFuture();
    return stopped.eventually(() -> opened.close().transform(closed -> actor.close()));
  }

  private <T> Future<T> ask(java.util.function.Function<OpenDocker, Future<T>> question) {
    Supplier<Future<T>> asked = () -> question.apply(opened());
    return actor.ask(asked);
  }

  private OpenDocker opened() {
    OpenDocker opened = open;
    if (opened == null) {
      throw new IllegalStateException("the docker host is not open");
    }
    return opened;
  }
}
