package dev.nexusdelta.host.docker;

import com.github.dockerjava.api.command.InspectImageResponse;
import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.host.supervision.Actor;
import dev.nexusdelta.host.supervision.WholeFile;
import dev.nexusdelta.manifest.Run;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes releases startable as containers, and remembers what they were made into: {@code
 * <data>/images/<key>/<release>.json}. For the actor's context only.
 */
final class Images {
  private static final Logger log = LoggerFactory.getLogger(Images.class);

  private final Actor actor;
  private final Engine engine;
  private final DockerHostSettings settings;

  Images(Actor actor, Engine engine, DockerHostSettings settings) {
    this.actor = actor;
    this.engine = engine;
    this.settings = settings;
  }

  /** Builds, pulls or finds the release's image. */
  Future<Prepared> prepare(Release release, Path folder) {
    Path absolute = folder.toAbsolutePath().normalize();
    return release
        .manifest()
        .run()
        .<Future<Prepared>>fold(
            java -> Future.failedFuture("not yet"),
            command -> Future.failedFuture("not yet"),
            image -> find(image, absolute),
            url ->
                Future.failedFuture(
                    new IllegalArgumentException("run.url is not for a container host")))
        .compose(prepared -> record(release, prepared));
  }

  /** What was made of the release earlier; empty where that is gone. */
  Future<Optional<Prepared>> find(Release release) {
    return actor
        .files(() -> read(file(release)))
        .compose(
            known ->
                known.isEmpty()
                    ? Future.succeededFuture(known)
                    : engine
                        .image(known.get().image())
                        .map(there -> known)
                        .recover(Images::noneIfMissing));
  }

  private static Future<Optional<Prepared>> noneIfMissing(Throwable failure) {
    return failure instanceof EngineFailure.NotFound
        ? Future.succeededFuture(Optional.empty())
        : Future.failedFuture(failure);
  }

  /** {@code run.image}: pulled where it is not there. */
  private Future<Prepared> find(Run.Image image, Path folder) {
    return present(image.reference())
        .map(
            there ->
                new Prepared(
                    image.reference(),
                    Optional.empty(),
                    List.of(),
                    image.containerPort(),
                    false,
                    folder));
  }

  private Future<InspectImageResponse> present(String reference) {
    return engine
        .image(reference)
        .recover(
            failure -> {
              if (!(failure instanceof EngineFailure.NotFound)) {
                return Future.failedFuture(failure);
              }
              log.info("image {} is pulled", reference);
              return engine
                  .pull(reference, line -> log.debug("{}: {}", reference, line))
                  .compose(pulled -> engine.image(reference));
            });
  }

  private Future<Prepared> record(Release release, Prepared prepared) {
    return actor.files(
        () -> {
          Path file = file(release);
          Files.createDirectories(file.getParent());
          WholeFile.write(file, prepared.toJson());
          return prepared;
        });
  }

  private Path file(Release release) {
    return settings.prepared().resolve(release.agent().key()).resolve(release.id() + ".json");
  }

  private static Optional<Prepared> read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Prepared.fromJson(Files.readString(file)));
    } catch (RuntimeException e) {
      log.warn("{} is not readable and ignored: {}", file, e.toString());
      return Optional.empty();
    }
  }
}
