package dev.nexusdelta.host.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.ContainerNetwork;
import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.host.StartFailedException;
import dev.nexusdelta.host.supervision.Actor;
import dev.nexusdelta.host.supervision.EngineAwayException;
import dev.nexusdelta.host.supervision.Runner;
import dev.nexusdelta.host.supervision.Running;
import dev.nexusdelta.host.supervision.Supervised;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replicas as containers: create, start, ask for the address; a start that fails leaves nothing
 * behind. For the supervisor's context only.
 */
final class ContainerRunner implements Runner<Prepared, String> {
  private static final Logger log = LoggerFactory.getLogger(ContainerRunner.class);

  private final Actor actor;
  private final Engine engine;
  private final DockerHostSettings settings;
  private final SpecWriter specs;
  private final Place place;
  private final ContainerEnds ends;
  private final LongSupplier nanos;

  /** Where replicas live now; may change when the engine was away. */
  interface Place {
    /** The network; fails while there is none. */
    ReplicaNetwork network() throws EngineAwayException;

    /** It seems that the network is there no more. */
    void lost();

    /** The start of this one has failed. */
    void notStarted(Supervised<String> replica);

    /** A start got no answer. */
    void uncertain();

    /** The image of a prepared release is gone: prepares the release again. */
    Future<Prepared> remade(Release release, Path folder);

    /** This one runs there. */
    void started(Supervised<String> replica);
  }

  ContainerRunner(
      Actor actor,
      Engine engine,
      DockerHostSettings settings,
      SpecWriter specs,
      Place place,
      ContainerEnds ends,
      LongSupplier nanos) {
    this.actor = actor;
    this.engine = engine;
    this.settings = settings;
    this.specs = specs;
    this.place = place;
    this.ends = ends;
    this.nanos = nanos;
  }

  /** How far a start is. */
  private static final class Start {
    private final ReplicaNetwork network;
    private final Map<String, Duration> phases = new LinkedHashMap<>();
    private long mark;

    Start(ReplicaNetwork network, long now) {
      this.network = network;
      this.mark = now;
    }

    void passed(String phase, long now) {
      phases.put(phase, Duration.ofNanos(now - mark));
      mark = now;
    }
  }

  @Override
  public Future<Running<String>> start(
      Release release, Prepared prepared, Supervised<String> replica) {
    Start start;
    try {
      start = new Start(place.network(), nanos.getAsLong());
    } catch (EngineAwayException e) {
      return Future.failedFuture(e);
    }
    int published = replica.port();
    return create(release, prepared, replica, start)
        .recover(
            failure ->
                isOfImage(failure)
                    ? again(release, prepared, replica, start, failure)
                    : Future.failedFuture(failure))
        .compose(
            id -> {
              start.passed("create", nanos.getAsLong());
              return run(id, start, prepared.port(), published);
            })
        .recover(
            failure -> {
              place.notStarted(replica);
              if (isOfNetwork(failure, start.network.name())) {
                place.lost();
              } else if (failure instanceof EngineFailure.Away) {
                place.uncertain();
              }
              return Future.failedFuture(told(failure));
            });
  }

  private Future<String> create(
      Release release, Prepared prepared, Supervised<String> replica, Start start) {
    int published = replica.port();
    return actor
        .files(() -> specs.of(release, prepared, replica, published, start.network))
        .compose(spec -> create(spec, true));
  }

  /** Somebody has removed the image since the release was prepared. */
  private Future<String> again(
      Release release, Prepared gone, Supervised<String> replica, Start start, Throwable failure) {
    log.warn(
        "{} release {} is prepared again: {}", release.agent(), release.id(), failure.getMessage());
    return place
        .remade(release, gone.folder())
        .compose(
            prepared -> {
              start.passed("prepare", nanos.getAsLong());
              return create(release, prepared, replica, start);
            });
  }

  private static boolean isOfImage(Throwable failure) {
    return failure instanceof EngineFailure.NotFound
        && String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT).contains("no such image");
  }

  private static boolean isOfNetwork(Throwable failure, String network) {
    String message = String.valueOf(failure.getMessage());
    return failure instanceof EngineFailure
        && message.contains("network " + network + " not found");
  }

  private Future<Running<String>> run(String id, Start start, int inside, int published) {
    return engine
        .start(id)
        .compose(
            started -> {
              start.passed("start", nanos.getAsLong());
              return engine.inspect(id);
            })
        .map(made -> running(made, start, inside, published))
        .recover(failure -> engine.remove(id).transform(removed -> Future.failedFuture(failure)));
  }

  private static Running<String> running(
      InspectContainerResponse made, Start start, int inside, int published) {
    String own = "";
    if (made.getNetworkSettings() != null && made.getNetworkSettings().getNetworks() != null) {
      ContainerNetwork on = made.getNetworkSettings().getNetworks().get(start.network.name());
      own = on == null || on.getIpAddress() == null ? "" : on.getIpAddress();
    }
    return new Running<>(
        made.getId(),
        start.network.address(own),
        start.network.port(own, inside, published),
        OptionalLong.empty(),
        Optional.of(made.getId()),
        start.phases);
  }

  /** A left-over of ours in the place is removed; what is not ours is never touched. */
  private Future<String> create(ContainerSpec spec, boolean mayClear) {
    return engine
        .create(spec)
        .recover(
            failure -> {
              if (!(failure instanceof EngineFailure.Conflict) || !mayClear) {
                return Future.failedFuture(failure);
              }
              return engine.inspect(spec.name()).compose(there -> clear(there, spec));
            });
  }

  private Future<String> clear(InspectContainerResponse there, ContainerSpec spec) {
    Map<String, String> labels =
        there.getConfig() == null || there.getConfig().getLabels() == null
            ? Map.of()
            : there.getConfig().getLabels();
    if (!Objects.equals(spec.labels().get(Labels.HOST), labels.get(Labels.HOST))) {
      return Future.failedFuture(
          new StartFailedException(
              "the container name %s is taken by a container that is not of this gateway (%s, image %s): rename it (docker rename) or remove it (docker rm -f %s)"
                  .formatted(
                      spec.name(),
                      there.getId().substring(0, Math.min(12, there.getId().length())),
                      there.getConfig() == null ? "?" : there.getConfig().getImage(),
                      spec.name())));
    }
    log.warn("a left-over container {} of this gateway is removed", spec.name());
    return engine
        .remove(there.getId())
        .recover(ContainerRunner::goneIsFine)
        .compose(removed -> create(spec, false));
  }

  @Override
  public void watch(Supervised<String> replica, Consumer<OptionalInt> ended) {
    place.started(replica);
  }

  @Override
  public void stop(Supervised<String> replica) {
    ends.stop(replica, settings.grace());
  }

  @Override
  public void settle(Supervised<String> replica, Consumer<List<String>> done, Runnable cleared) {
    ends.settle(replica, done, cleared);
  }

  /** As the supervisor knows failures. */
  private static Throwable told(Throwable failure) {
    if (failure instanceof EngineFailure.Away) {
      return new EngineAwayException(String.valueOf(failure.getMessage()));
    }
    return failure instanceof EngineFailure
        ? new StartFailedException(String.valueOf(failure.getMessage()))
        : failure;
  }

  static Future<Void> goneIsFine(Throwable failure) {
    return failure instanceof EngineFailure.NotFound
        ? Future.succeededFuture()
        : Future.failedFuture(failure);
  }
}
