package dev.nexusdelta.host.docker;

import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Image;
import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.host.docker.image.OldImages;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes images of agents that nothing needs any more. For the actor's context only. */
final class ImagePruning {
  private static final Logger log = LoggerFactory.getLogger(ImagePruning.class);

  private final Engine engine;
  private final DockerHostSettings settings;

  ImagePruning(Engine engine, DockerHostSettings settings) {
    this.engine = engine;
    this.settings = settings;
  }

  /**
   * Keeps the agent's last two, those of any container, and these.
   *
   * @param wanted ids of images of releases that may be started again; asked last
   */
  Future<Void> prune(Release release, Supplier<Future<Set<String>>> wanted) {
    AgentName agent = release.agent();
    return engine
        .images(Map.of(Labels.IMAGE, "agent", Labels.AGENT, agent.value()))
        .compose(
            images ->
                engine
                    .containers(Map.of())
                    .compose(
                        containers ->
                            wanted.get().map(kept -> old(agent, images, containers, kept))))
        .compose(this::remove)
        .onFailure(e -> log.warn("old images of {} are not removed: {}", agent, e.getMessage()));
  }

  private List<OldImages.Known> old(
      AgentName agent, List<Image> images, List<Container> containers, Set<String> wanted) {
    return OldImages.removable(
        ours(images).stream().filter(image -> image.agent().equals(agent.key())).toList(),
        inUse(containers, wanted),
        Set.of(agent.key()));
  }

  /**
   * Looks at the images of all agents, and at the bases made for some of them.
   *
   * @param records ids of images that may be started again, by the agent's key; asked last
   */
  Future<Void> tidy(Supplier<Future<Map<String, Set<String>>>> records) {
    return engine
        .images(Map.of(Labels.IMAGE, "agent"))
        .compose(
            images ->
                engine
                    .containers(Map.of())
                    .compose(
                        containers ->
                            records
                                .get()
                                .map(
                                    known -> {
                                      Set<String> wanted = new HashSet<>();
                                      known.values().forEach(wanted::addAll);
                                      return OldImages.removable(
                                          ours(images), inUse(containers, wanted), known.keySet());
                                    })))
        .compose(this::remove)
        .compose(removed -> engine.images(Map.of(Labels.IMAGE, "base")))
        .compose(this::removeBases)
        .onFailure(e -> log.warn("old images are not removed: {}", e.getMessage()));
  }

  /** The engine itself refuses while an image stands on it. */
  private Future<Void> removeBases(List<Image> bases) {
    Pattern wider = Pattern.compile(Pattern.quote(settings.baseName()) + ":[0-9a-f]{12}");
    List<Future<Void>> removed = new ArrayList<>();
    for (Image base : bases) {
      List<String> tags = tags(base);
      if (!tags.isEmpty() && tags.stream().allMatch(tag -> wider.matcher(tag).matches())) {
        removed.add(removeUnused(base.getId()));
      }
    }
    return Future.all(removed).mapEmpty();
  }

  private static Set<String> inUse(List<Container> containers, Set<String> wanted) {
    Set<String> inUse = new HashSet<>(wanted);
    containers.forEach(container -> inUse.add(container.getImageId()));
    return inUse;
  }

  private List<OldImages.Known> ours(List<Image> images) {
    String prefix = settings.imageName("");
    List<OldImages.Known> ours = new ArrayList<>();
    for (Image image : images) {
      tags(image).stream()
          .filter(tag -> tag.startsWith(prefix) && tag.lastIndexOf(':') > prefix.length())
          .findFirst()
          .ifPresent(
              tag ->
                  ours.add(
                      new OldImages.Known(
                          image.getId(),
                          tag.substring(prefix.length(), tag.lastIndexOf(':')),
                          Instant.ofEpochSecond(image.getCreated()))));
    }
    return ours;
  }

  private Future<Void> remove(List<OldImages.Known> old) {
    List<Future<Void>> removed = new ArrayList<>();
    for (OldImages.Known image : old) {
      log.info("the image {} of {} is removed: it is old", image.id(), image.agent());
      removed.add(removeUnused(image.id()));
    }
    return Future.all(removed).mapEmpty();
  }

  private Future<Void> removeUnused(String id) {
    return engine
        .removeImage(id)
        .recover(
            failure ->
                failure instanceof EngineFailure.Conflict
                    ? Future.succeededFuture()
                    : ContainerRunner.goneIsFine(failure));
  }

  private static List<String> tags(Image image) {
    return image.getRepoTags() == null ? List.of() : List.of(image.getRepoTags());
  }
}
