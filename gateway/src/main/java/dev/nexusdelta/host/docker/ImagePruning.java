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
    Set<String> inUse = new HashSet<>(wanted);
    containers.forEach(container -> inUse.add(container.getImageId()));
    return OldImages.removable(ours(images, agent), inUse);
  }

  private List<OldImages.Known> ours(List<Image> images, AgentName agent) {
    String name = settings.imageName(agent.key()) + ":";
    return images.stream()
        .filter(image -> tags(image).stream().anyMatch(tag -> tag.startsWith(name)))
        .map(
            image ->
                new OldImages.Known(
                    image.getId(), agent.key(), Instant.ofEpochSecond(image.getCreated())))
        .toList();
  }

  private Future<Void> remove(List<OldImages.Known> old) {
    List<Future<Void>> removed = new ArrayList<>();
    for (OldImages.Known image : old) {
      log.info("the image {} of {} is removed: it is old", image.id(), image.agent());
      removed.add(
          engine
              .removeImage(image.id())
              .recover(
                  failure ->
                      failure instanceof EngineFailure.Conflict
                          ? Future.succeededFuture()
                          : ContainerRunner.goneIsFine(failure)));
    }
    return Future.all(removed).mapEmpty();
  }

  private static List<String> tags(Image image) {
    return image.getRepoTags() == null ? List.of() : List.of(image.getRepoTags());
  }
}
