package dev.nexusdelta.host.docker;

import com.github.dockerjava.api.command.InspectImageResponse;
import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.host.docker.image.ImagePlan;
import dev.nexusdelta.host.supervision.Actor;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Run;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes releases startable as containers, and remembers what they were made into: {@code
 * <data>/images/<key>/<release>.json}. For the actor's context only.
 */
final class Images {
  private static final Logger log = LoggerFactory.getLogger(Images.class);

  /** On which agents that we start ourselves listen inside their containers. */
  private static final int PORT = 8080;

  /** With a program that keeps credentials. */
  private static final Duration HELPER = Duration.ofSeconds(10);

  private final Actor actor;
  private final Engine engine;
  private final DockerHostSettings settings;
  private final ImageBuilds builds;
  private final ImagePruning pruning;
  private final PreparedRecords records;
  private final RegistryLogin login;
  private final Set<Release> preparing = new HashSet<>();
  private Future<Void> tidied = Future.succeededFuture();

  Images(Actor actor, Engine engine, DockerHostSettings settings, ImageBuilds builds) {
    this.actor = actor;
    this.engine = engine;
    this.settings = settings;
    this.builds = builds;
    this.pruning = new ImagePruning(engine, settings);
    this.records = new PreparedRecords(settings.prepared());
    this.login = new RegistryLogin(settings.environment(), HELPER);
  }

  /**
   * Builds, pulls or finds the release's image.
   *
   * @param inUse other releases of the agent whose images must stay; asked when images are removed
   */
  Future<Prepared> prepare(Release release, Path folder, Supplier<Set<String>> inUse) {
    Path absolute = folder.toAbsolutePath().normalize();
    preparing.add(release);
    return tidied
        .compose(tidy -> make(release, absolute))
        .onComplete(done -> preparing.remove(release))
        .onSuccess(prepared -> pruning.prune(release, () -> wanted(release, inUse)));
  }

  /**
   * Removes what an earlier gateway has left and nobody needs: images of agents that are no more,
   * bases on which none stands. What is prepared waits for it.
   */
  void tidy() {
    tidied =
        tidied
            // What is being made is on record only when it is done.
            .compose(
                before ->
                    preparing.isEmpty()
                        ? pruning.tidy(() -> actor.files(records::all))
                        : Future.<Void>succeededFuture())
            .otherwiseEmpty();
  }

  /** The agent is no more. */
  void forget(AgentName agent) {
    tidied =
        tidied
            .compose(
                before ->
                    actor.<Void>files(
                        () -> {
                          records.forget(agent.key());
                          return null;
                        }))
            .otherwiseEmpty();
    tidy();
  }

  private Future<Prepared> make(Release release, Path absolute) {
    return release
        .manifest()
        .run()
        .<Future<Prepared>>fold(
            java -> java(release, absolute),
            command ->
                builds
                    .command(release, command, absolute)
                    .map(made -> of(made, false, "", absolute)),
            image -> image(release, image, absolute),
            url ->
                Future.failedFuture(
                    new IllegalArgumentException("run.url is not for a container host")))
        .compose(prepared -> record(release, prepared));
  }

  /** As it was made earlier on the same base, or anew. */
  private Future<Prepared> java(Release release, Path folder) {
    return builds
        .base()
        .compose(
            base ->
                find(release)
                    .compose(
                        known ->
                            known.filter(k -> k.base().equals(base.id())).isPresent()
                                ? Future.succeededFuture(known.get().in(folder))
                                : builds
                                    .java(release, folder, base)
                                    .map(made -> of(made, true, base.id(), folder))));
  }

  private static Prepared of(ImageBuilds.Made made, boolean java, String base, Path folder) {
    ImagePlan plan = made.plan();
    return new Prepared(
        made.id(),
        plan.reference(),
        plan.entrypoint().isEmpty() ? Optional.empty() : Optional.of(plan.entrypoint()),
        List.of(),
        PORT,
        java,
        base,
        folder);
  }

  /** What this release runs, whose turn comes now, and the others that may be started again. */
  private Future<Set<String>> wanted(Release release, Supplier<Set<String>> inUse) {
    Set<String> ids = new HashSet<>(inUse.get());
    ids.add(release.id());
    preparing.stream()
        .filter(other -> other.agent().equals(release.agent()))
        .forEach(other -> ids.add(other.id()));
    return actor.files(() -> records.kept(release.agent().key(), ids));
  }

  /** What was made of the release earlier, whether that is still there or not. */
  Future<Optional<Prepared>> recorded(Release release) {
    return actor.files(() -> records.find(release.agent().key(), release.id()));
  }

  /** What was made of the release earlier; empty where that is gone. */
  Future<Optional<Prepared>> find(Release release) {
    return actor
        .files(() -> records.find(release.agent().key(), release.id()))
        .compose(
            known ->
                known.isEmpty()
                    ? Future.succeededFuture(known)
                    : engine
                        .image(known.get().image())
                        .map(there -> known)
                        .recover(failure -> byName(release, known.get(), failure)));
  }

  /** Our own names tell the content: one that was built again is as good. */
  private Future<Optional<Prepared>> byName(Release release, Prepared known, Throwable failure) {
    boolean missing = failure instanceof EngineFailure.NotFound;
    String own = settings.imageName(release.agent().key()) + ":";
    return missing && known.reference().startsWith(own)
        ? engine
            .image(known.reference())
            .map(there -> Optional.of(known.on(there.getId())))
            .recover(Images::noneIfMissing)
        : noneIfMissing(failure);
  }

  private static Future<Optional<Prepared>> noneIfMissing(Throwable failure) {
    return failure instanceof EngineFailure.NotFound
        ? Future.succeededFuture(Optional.empty())
        : Future.failedFuture(failure);
  }

  /**
   * {@code run.image}: pulled where it is not there. What its name means is asked once for a
   * release: all its replicas run the same, also when the name has moved on.
   */
  private Future<Prepared> image(Release release, Run.Image image, Path folder) {
    return find(release)
        .compose(
            known ->
                known.isPresent()
                    ? Future.succeededFuture(known.get().in(folder))
                    : present(image.reference()).map(there -> of(image, there.getId(), folder)));
  }

  private static Prepared of(Run.Image image, String id, Path folder) {
    return new Prepared(
        id,
        image.reference(),
        Optional.empty(),
        List.of(),
        image.containerPort(),
        false,
        "",
        folder);
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
              return actor
                  .files(() -> login.of(reference))
                  .compose(
                      own ->
                          engine.pull(reference, own, line -> log.debug("{}: {}", reference, line)))
                  .compose(pulled -> engine.image(reference));
            });
  }

  private Future<Prepared> record(Release release, Prepared prepared) {
    return actor.files(
        () -> {
          records.put(release.agent().key(), release.id(), prepared);
          return prepared;
        });
  }
}
