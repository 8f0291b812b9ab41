package dev.nexusdelta.host.docker;

import dev.nexusdelta.host.supervision.Actor;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One engine has one owner: whoever made the volume {@code nexus-owner}. The engine makes it once
 * and then returns it, so that of two who claim only one finds its own mark on it. For the actor's
 * context only.
 */
final class Ownership {
  private static final Logger log = LoggerFactory.getLogger(Ownership.class);

  private final Actor actor;
  private final Engine engine;
  private final DockerHostSettings settings;
  private final String host;

  /**
   * @param host the id of this host
   */
  Ownership(Actor actor, Engine engine, DockerHostSettings settings, String host) {
    this.actor = actor;
    this.engine = engine;
    this.settings = settings;
    this.host = host;
  }

  /** Fails with an {@link IllegalStateException} that names the owner, if it is another. */
  Future<Void> claim() {
    return ask().compose(owner -> isOurs(owner) ? Future.succeededFuture() : takeOver(owner));
  }

  /** Gives the engine up: nothing of ours is on it any more. */
  Future<Void> release() {
    return engine.removeVolume(settings.claim());
  }

  private Future<Map<String, String>> ask() {
    return engine.claimVolume(
        settings.claim(), Map.of(Labels.HOST, host, Labels.DATA, settings.data().toString()));
  }

  private boolean isOurs(Map<String, String> owner) {
    return host.equals(owner.get(Labels.HOST));
  }

  private Future<Void> takeOver(Map<String, String> owner) {
    String other = owner.getOrDefault(Labels.HOST, "");
    String folder = owner.getOrDefault(Labels.DATA, "");
    return engine
        .containers(Map.of(Labels.HOST, other))
        .compose(
            left ->
                left.isEmpty()
                    ? actor.files(() -> isAbandoned(folder))
                    : Future.succeededFuture(false))
        .compose(
            abandoned -> {
              if (!abandoned) {
                return Future.failedFuture(taken(folder));
              }
              log.info("the engine is taken over from {}, which nobody uses any more", folder);
              return release()
                  .compose(removed -> ask())
                  .compose(
                      now ->
                          isOurs(now)
                              ? Future.succeededFuture()
                              : Future.failedFuture(taken(now.getOrDefault(Labels.DATA, ""))));
            });
  }

  private IllegalStateException taken(String folder) {
    return new IllegalStateException(
        ("the container engine %s belongs to the gateway with the data folder %s: one engine has one owner. "
                + "Stop that one with its replicas ('nexus down' there), or use its folder (--data %s); "
                + "if it is gone for good: docker volume rm %s")
            .formatted(engine.clients().address(), folder, folder, settings.claim()));
  }

  /** The folder does not exist any more, or no gateway holds its lock. */
  private static boolean isAbandoned(String folder) {
    Path lock = Path.of(folder).resolve("lock");
    if (folder.isEmpty() || !Files.exists(lock)) {
      return true;
    }
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
        FileLock free = channel.tryLock()) {
      return free != null;
    } catch (IOException | OverlappingFileLockException inUse) {
      return false;
    }
  }
}
