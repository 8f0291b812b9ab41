package dev.nexusdelta.host.supervision;

import dev.nexusdelta.discovery.Release;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What releases were prepared into. A release is prepared once, however often it is asked for at
 * the same time. For the supervisor's context only.
 */
public final class Startables<B> {
  private static final Logger log = LoggerFactory.getLogger(Startables.class);

  private final LongSupplier nanos;
  private final Map<String, Future<B>> preparing = new HashMap<>();
  private final Map<String, B> prepared = new HashMap<>();

  /**
   * @param nanos monotonic clock
   */
  public Startables(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** Prepares the release with {@code work}, unless that is under way already. */
  public Future<B> prepare(Release release, Supplier<Future<B>> work) {
    String key = keyOf(release);
    Future<B> underWay = preparing.get(key);
    if (underWay != null) {
      return underWay;
    }
    long begin = nanos.getAsLong();
    Future<B> begun = work.get();
    preparing.put(key, begun);
    begun.onComplete(done -> preparing.remove(key));
    return begun.onSuccess(
        made -> {
          prepared.put(key, made);
          log.info(
              "{} release {} prepared in {} ms",
              release.agent(),
              release.id(),
              (nanos.getAsLong() - begin) / 1_000_000);
        });
  }

  /**
   * Wants so many replicas of a prepared release.
   *
   * @param find what an earlier gateway has prepared; the runner may find that it is gone
   * @return fails if the release has never been prepared
   */
  public Future<Void> apply(
      Supervisor<B, ?> supervisor,
      Release release,
      int count,
      List<String> victims,
      Supplier<Future<Optional<B>>> find) {
    B known = prepared.get(keyOf(release));
    supervisor.want(release, count, victims);
    if (known != null) {
      supervisor.built(release, known);
    }
    if (known != null || count == 0) {
      return Future.succeededFuture();
    }
    return find.get().compose(found -> built(supervisor, release, found));
  }

  private Future<Void> built(Supervisor<B, ?> supervisor, Release release, Optional<B> found) {
    if (found.isEmpty()) {
      return Future.failedFuture(
          new IllegalStateException(
              "release %s of %s has not been prepared on this host"
                  .formatted(release.id(), release.agent())));
    }
    prepared.putIfAbsent(keyOf(release), found.get());
    supervisor.built(release, found.get());
    return Future.succeededFuture();
  }

  private static String keyOf(Release release) {
    return release.agent().key() + "/" + release.id();
  }
}
