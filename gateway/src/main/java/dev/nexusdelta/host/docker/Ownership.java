package dev.nexusdelta.host.docker;

import dev.nexusdelta.host.supervision.Actor;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One engine has one owner: whoever made the volume {@code nexus-owner}. The engine makes it once
 * and then returns it, so that of two who claim only one finds its own mark on it. For the actor's
 * context only.
 */
final class Ownership {
  private static final Logger log = LoggerFactory.getLogger(Ownership.class);

  /**
   * The engine removes whatever has the name: who else takes over in the same moment may remove our
   * new claim instead of the old one, and has done so by then.
   */
  private static final Duration SETTLED = Duration.ofSeconds(1);

  private final Actor actor;
  private final Engine engine;
  private final DockerHostSettings settings;
  private final String host;
  private @Nullable Claim ours;
  private boolean givenUp;

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
    if (givenUp) {
      return Future.failedFuture(new EngineFailure.Away("the engine has been given up", null));
    }
    return ours()
        .compose(
            ours ->
                ask(ours)
                    .compose(
                        owner ->
                            ours.isBySame(owner)
                                ? Future.succeededFuture()
                                : takeOver(ours, owner)));
  }

  /** From now on it is not claimed any more. */
  void giveUp() {
    givenUp = true;
  }

  boolean isGivenUp() {
    return givenUp;
  }

  /**
   * Removes the claim: nothing of ours is on the engine any more.
   *
   * @return false = it is not ours
   */
  Future<Boolean> release() {
    return ours()
        .compose(
            ours ->
                engine
                    .volume(settings.claim())
                    .compose(
                        labels ->
                            ours.isBySame(Claim.read(labels))
                                ? engine.removeVolume(settings.claim()).map(true)
                                : Future.succeededFuture(false)))
        .recover(
            failure ->
                failure instanceof EngineFailure.NotFound
                    ? Future.succeededFuture(true)
                    : Future.failedFuture(failure));
  }

  private Future<Claim> ours() {
    Claim known = ours;
    return known == null
        ? actor
            .files(() -> Claim.of(host, settings.data()))
            .onSuccess(
                found -> {
                  ours = found;
                })
        : Future.succeededFuture(known);
  }

  private Future<Claim> ask(Claim ours) {
    return engine
        .claimVolume(settings.claim(), ours.labels())
        .recover(
            failure ->
                // Removed by another after it was found.
                failure instanceof EngineFailure.NotFound
                    ? engine.claimVolume(settings.claim(), ours.labels())
                    : Future.failedFuture(failure))
        .map(Claim::read);
  }

  private Future<Void> takeOver(Claim ours, Claim owner) {
    if (!owner.isOfAGateway()) {
      return Future.failedFuture(foreign());
    }
    if (owner.host().equals(host)) {
      return Future.failedFuture(copied(ours, owner));
    }
    return engine
        .containers(Map.of(Labels.HOST, owner.host()))
        .compose(
            left ->
                left.isEmpty()
                    ? actor
                        .files(() -> ours.findsAbandoned(owner))
                        .compose(
                            abandoned ->
                                abandoned
                                    ? replace(ours, owner)
                                    : Future.failedFuture(taken(owner, "")))
                    : Future.failedFuture(
                        taken(
                            owner,
                            "docker rm -f $(docker ps -aq --filter label=%s=%s) and "
                                .formatted(Labels.HOST, owner.host()))));
  }

  /** Only what was judged is removed, and what then is there is looked at once more. */
  private Future<Void> replace(Claim ours, Claim owner) {
    log.info("the engine is taken over from {}, which nobody uses any more", owner.data());
    return engine
        .volume(settings.claim())
        .compose(
            labels ->
                owner.equals(Claim.read(labels))
                    ? engine.removeVolume(settings.claim())
                    : Future.succeededFuture())
        .recover(
            failure ->
                failure instanceof EngineFailure.NotFound
                    ? Future.succeededFuture()
                    : Future.failedFuture(failure))
        .compose(removed -> confirm(ours))
        .compose(confirmed -> settled())
        .compose(settled -> confirm(ours));
  }

  private Future<Void> confirm(Claim ours) {
    return ask(ours)
        .compose(
            now ->
                ours.isBySame(now)
                    ? Future.succeededFuture()
                    : Future.failedFuture(taken(now, "")));
  }

  private Future<Void> settled() {
    Promise<Void> settled = Promise.promise();
    actor.after(SETTLED, settled::complete);
    return settled.future();
  }

  /**
   * @param first what to do about its containers; empty text = there are none
   */
  private IllegalStateException taken(Claim owner, String first) {
    return new IllegalStateException(
        ("the container engine %s belongs to the gateway with the data folder %s: one engine has one owner. "
                + "Stop that one with its replicas ('nexus down' there), or use its folder (--data %s); "
                + "if it is gone for good: %sdocker volume rm %s")
            .formatted(
                engine.clients().address(), owner.data(), owner.data(), first, settings.claim()));
  }

  private IllegalStateException copied(Claim ours, Claim owner) {
    return new IllegalStateException(
        ("the container engine %s belongs to the data folder %s, and this one, %s, has the same id: one is a copy of "
                + "the other, or it was moved. If it was moved, and no gateway runs on it where it was: "
                + "docker volume rm %s, and start again, which adopts its containers. A copy cannot run beside it: "
                + "use that folder (--data %s)")
            .formatted(
                engine.clients().address(),
                owner.data(),
                ours.data(),
                settings.claim(),
                owner.data()));
  }

  private IllegalStateException foreign() {
    return new IllegalStateException(
        ("volume %s of the container engine %s was not made by a gateway (it has no label %s), and is left alone. "
                + "If nobody needs it: docker volume rm %s, and start again")
            .formatted(
                settings.claim(), engine.clients().address(), Labels.HOST, settings.claim()));
  }
}
