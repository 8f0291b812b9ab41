package dev.nexusdelta.host.docker;

import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.model.Image;
import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.host.BuildFailedException;
import dev.nexusdelta.host.StartFailedException;
import dev.nexusdelta.host.code.Build;
import dev.nexusdelta.host.docker.image.AgentImages;
import dev.nexusdelta.host.docker.image.BuildContext;
import dev.nexusdelta.host.docker.image.ImagePlan;
import dev.nexusdelta.host.docker.image.JavaBase;
import dev.nexusdelta.host.docker.image.ModuleScan;
import dev.nexusdelta.host.supervision.Actor;
import dev.nexusdelta.manifest.Run;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds images of agents where they are not there yet: their names tell their content. For the
 * actor's context only.
 */
final class ImageBuilds {
  private static final Logger log = LoggerFactory.getLogger(ImageBuilds.class);
  private static final Duration SCAN = Duration.ofSeconds(60);
  private static final int AT_ONCE = 2;

  private final Actor actor;
  private final Engine engine;
  private final DockerHostSettings settings;
  private final CodeTools code;
  private final Turns turns = new Turns(AT_ONCE);
  private @Nullable Future<AgentImages> images;
  private @Nullable Future<Void> firstBase;

  ImageBuilds(Actor actor, Engine engine, DockerHostSettings settings, CodeTools code) {
    this.actor = actor;
    this.engine = engine;
    this.settings = settings;
    this.code = code;
  }

  /** The base on which images of Java agents stand; made by the way where it is missing. */
  Future<JavaBase> base() {
    return engine
        .image(settings.baseImage())
        .recover(
            failure ->
                failure instanceof EngineFailure.NotFound
                    ? firstBase().compose(made -> engine.image(settings.baseImage()))
                    : Future.failedFuture(failure))
        .compose(
            found ->
                JavaBase.of(found.getId(), labelsOf(found))
                    .map(Future::succeededFuture)
                    .orElseGet(
                        () -> Future.failedFuture(noBase("is no base image of Java agents"))));
  }

  private StartFailedException noBase(String trouble) {
    return new StartFailedException(
        "the base image %s of Java agents %s: make it from a JDK of this machine with docker/local-bases, or with docker build -f Dockerfile.agent -t %s ."
            .formatted(settings.baseImage(), trouble, settings.baseImage()));
  }

  /** Once for all who want it. One with a registry in its name is not ours to make. */
  private Future<Void> firstBase() {
    if (settings.baseImage().contains("/")) {
      return Future.failedFuture(noBase("is missing"));
    }
    Future<Void> underWay = firstBase;
    if (underWay == null || underWay.isComplete()) {
      underWay = makeFirstBase();
      firstBase = underWay;
    }
    return underWay;
  }

  private Future<Void> makeFirstBase() {
    String tag = settings.baseImage().substring(settings.baseName().length());
    log.info("the base image {} of Java agents is missing: it is made now", settings.baseImage());
    return engine
        .images(Map.of(Labels.IMAGE, "local"))
        .compose(
            local ->
                actor.files(
                    () -> JavaBase.first(settings.baseName(), namesOf(local), settings.layout())))
        .compose(this::make)
        .compose(
            made ->
                engine.tag(
                    made.id(), settings.baseName(), tag.isEmpty() ? "latest" : tag.substring(1)))
        .recover(
            failure ->
                Future.failedFuture(
                    failure instanceof EngineFailure.Away
                        ? failure
                        : noBase("is missing and was not made (" + failure.getMessage() + ")")));
  }

  private static List<String> namesOf(List<Image> images) {
    return images.stream()
        .filter(image -> image.getRepoTags() != null)
        .flatMap(image -> Stream.of(image.getRepoTags()))
        .toList();
  }

  /** Compiles, packs and builds a Java agent. */
  Future<Made> java(Release release, Path folder, JavaBase base) {
    return actor
        .builds(() -> code.builds().runBy(base.feature()).prepare(release, folder))
        .compose(
            build ->
                fitting(build, base)
                    .compose(fit -> images().map(plans -> new Fit(fit, plans)))
                    .compose(fit -> actor.builds(() -> fit.plans.java(release, build, fit.base))))
        .compose(this::make);
  }

  private record Fit(JavaBase base, AgentImages plans) {}

  /** The base itself, or one like it with the modules that this agent needs beyond it. */
  private Future<JavaBase> fitting(Build build, JavaBase base) {
    return actor
        .builds(
            () ->
                new ModuleScan(code.java().home(), SCAN)
                    .of(build.jars(), code.runtime(), base.feature()))
        .compose(
            needed -> base.covers(needed) ? Future.succeededFuture(base) : wider(needed, base));
  }

  private Future<JavaBase> wider(Set<String> needed, JavaBase base) {
    return actor
        .files(() -> base.with(needed, settings.baseName(), settings.layout()))
        .compose(this::make)
        .compose(made -> engine.image(made.id()))
        .map(
            found ->
                JavaBase.of(found.getId(), labelsOf(found))
                    .orElseThrow(
                        () -> new IllegalStateException("the wider base carries no labels")));
  }

  /** Packs the folder of a command line. */
  Future<Made> command(Release release, Run.Command run, Path folder) {
    return images()
        .compose(
            plans ->
                actor.files(
                    () -> {
                      ImagePlan plan = plans.command(release, run, folder, settings.commandBase());
                      code.checkUnchanged(release, folder);
                      return plan;
                    }))
        .compose(this::make);
  }

  /**
   * An image that is there.
   *
   * @param id the engine's: what it is known by from now on
   */
  record Made(ImagePlan plan, String id) {}

  /** Builds it unless it is there. */
  private Future<Made> make(ImagePlan plan) {
    return engine
        .image(plan.reference())
        .recover(
            failure ->
                failure instanceof EngineFailure.NotFound
                    ? turns.take(() -> build(plan)).compose(built -> engine.image(plan.reference()))
                    : Future.failedFuture(failure))
        .map(there -> new Made(plan, there.getId()));
  }

  /** Gets its name only when what was sent is what the name tells: files may change meanwhile. */
  private Future<Void> build(ImagePlan plan) {
    log.info("image {} is built", plan.reference());
    BuildOutput output = new BuildOutput();
    BuildContext.Sending sending = plan.context().open();
    return engine
        .build(
            sending,
            plan.reference(),
            plan.arguments(),
            plan.labels(),
            line -> {
              log.debug("{}: {}", plan.reference(), line);
              output.add(line);
            })
        .recover(failure -> Future.failedFuture(told(failure, output.last())))
        .compose(
            id ->
                sending.hash().equals(plan.tag())
                    ? engine.tag(id, plan.repository(), plan.tag())
                    : changed(plan, id))
        .onSuccess(named -> output.stages().forEach(this::removeStage));
  }

  private Future<Void> changed(ImagePlan plan, String id) {
    return removeNameless(id)
        .transform(
            removed ->
                Future.failedFuture(
                    new IOException(
                        "files of %s changed while they were sent to the engine: the image is built again shortly"
                            .formatted(plan.repository()))));
  }

  /** What the stage of our own Dockerfile leaves is five times its result. */
  private void removeStage(String id) {
    engine
        .image(id)
        .compose(
            found ->
                "build".equals(labelsOf(found).get(Labels.IMAGE))
                    ? removeNameless(id)
                    : Future.succeededFuture())
        .onFailure(e -> log.debug("the build stage {} is not removed", id, e));
  }

  /** With a name it would be somebody's: equal steps give one and the same image. */
  private Future<Void> removeNameless(String id) {
    return engine
        .image(id)
        .compose(
            found ->
                found.getRepoTags() == null || found.getRepoTags().isEmpty()
                    ? engine.removeImage(found.getId())
                    : Future.succeededFuture());
  }

  /** What a step of a Dockerfile says is the agent's own fault; all else may pass. */
  private static Throwable told(Throwable failure, List<String> lines) {
    String message = String.valueOf(failure.getMessage());
    boolean own =
        failure instanceof EngineFailure.Refused
            && (message.contains("returned a non-zero code")
                || message.contains("COPY failed")
                || message.contains("ADD failed")
                || message.contains("ockerfile parse error"));
    return own
        ? new BuildFailedException(
            message,
            lines.stream()
                .map(line -> new BuildFailedException.Diagnostic("Dockerfile", 0, 0, line))
                .toList())
        : failure;
  }

  /** Asked once: for which processor native libraries are packed. */
  private Future<AgentImages> images() {
    Future<AgentImages> known = images;
    if (known == null || known.failed()) {
      known =
          engine
              .version()
              .map(version -> new AgentImages(settings.namespace(), processor(version.getArch())));
      images = known;
    }
    return known;
  }

  /** As Java calls it. */
  private static String processor(@Nullable String architecture) {
    return "arm64".equals(architecture) ? "aarch64" : String.valueOf(architecture);
  }

  private static Map<String, String> labelsOf(InspectImageResponse found) {
    return found.getConfig() == null || found.getConfig().getLabels() == null
        ? Map.of()
        : found.getConfig().getLabels();
  }
}
