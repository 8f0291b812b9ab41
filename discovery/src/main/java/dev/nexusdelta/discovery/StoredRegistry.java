package dev.nexusdelta.discovery;

import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registry over a {@link RegistryStore}: every spec in memory, each change durable before
 * anyone sees it.
 *
 * <p>What another gateway of the cluster changes is taken up as it becomes known here. Edits of one
 * agent wait for each other in the order of their calls; those of different agents do not. {@code
 * change} and listeners run on the thread that completed the edit before: they must not block. The
 * store is not closed here: whoever opened it closes it.
 */
public final class StoredRegistry implements Registry {
  /** Releases kept per agent: the present one and what one may want to go back to. */
  public static final int RELEASES_KEPT = 5;

  /** So often an edit without a condition is begun anew when others are sooner. */
  private static final int TRIES = 5;

  private static final Logger LOG = LoggerFactory.getLogger(StoredRegistry.class);

  private final RegistryStore store;
  private final InstantSource clock;
  private final Map<AgentName, AgentSpec> specs = new ConcurrentSkipListMap<>();
  private final List<Consumer<AgentSpec>> listeners = new CopyOnWriteArrayList<>();

  /** The last edit under way per agent; guarded by itself. */
  private final Map<AgentName, Future<AgentSpec>> tails = new HashMap<>();

  private StoredRegistry(RegistryStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  /** Reads everything into memory; fails as the store fails. */
  public static Future<StoredRegistry> open(RegistryStore store, InstantSource clock) {
    StoredRegistry registry = new StoredRegistry(store, clock);
    store.watch(registry::take);
    return store
        .specs()
        .map(
            all -> {
              all.forEach(registry::take);
              return registry;
            });
  }

  @Override
  public Collection<AgentSpec> agents() {
    return specs.values().stream().filter(spec -> !spec.deleted()).toList();
  }

  @Override
  public Collection<AgentSpec> specs() {
    return List.copyOf(specs.values());
  }

  @Override
  public Optional<AgentSpec> agent(AgentName name) {
    return agentOrTombstone(name).filter(spec -> !spec.deleted());
  }

  @Override
  public Optional<AgentSpec> agentOrTombstone(AgentName name) {
    return Optional.ofNullable(specs.get(name));
  }

  @Override
  public Future<AgentSpec> edit(
      AgentName name,
      OptionalLong ifRevision,
      String by,
      Function<Optional<AgentSpec>, AgentSpec> change) {
    Promise<AgentSpec> turn = Promise.promise();
    @Nullable Future<AgentSpec> before;
    synchronized (tails) {
      before = tails.put(name, turn.future());
    }
    Runnable step =
        () ->
            guarded(() -> write(name, ifRevision, by, change, 1))
                .onComplete(
                    done -> {
                      leave(name, turn.future());
                      turn.handle(done);
                    });
    // The caller's context is asked for now: later this runs on somebody else's thread.
    Future<AgentSpec> answer = onCallersContext(turn.future());
    if (before == null) {
      step.run();
    } else {
      before.onComplete(done -> step.run());
    }
    return answer;
  }

  private void leave(AgentName name, Future<AgentSpec> turn) {
    synchronized (tails) {
      tails.remove(name, turn);
    }
  }

  private Future<AgentSpec> write(
      AgentName name,
      OptionalLong ifRevision,
      String by,
      Function<Optional<AgentSpec>, AgentSpec> change,
      int count) {
    Optional<AgentSpec> found = agentOrTombstone(name);
    long revision = found.map(AgentSpec::revision).orElse(0L);
    if (ifRevision.isPresent() && ifRevision.getAsLong() != revision) {
      throw new StaleRevisionException(name, ifRevision.getAsLong(), revision);
    }
    AgentSpec wanted = change.apply(found);
    if (!wanted.name().equals(name)) {
      throw new IllegalArgumentException(
          "an edit of agent '" + name + "' gave a spec of '" + wanted.name() + "'");
    }
    if (found.isPresent() && same(found.get(), wanted)) {
      return Future.succeededFuture(found.get());
    }
    AgentSpec next = stamped(wanted, revision + 1, clock.instant(), by);
    return store
        .put(next, revision)
        .map(
            v -> {
              take(next);
              return next;
            })
        .recover(
            failure ->
                refreshed(name, failure)
                    .compose(
                        v ->
                            isRace(failure, ifRevision) && count < TRIES
                                ? write(name, ifRevision, by, change, count + 1)
                                : Future.failedFuture(failure)));
  }

  /** Another gateway was sooner, and the caller has said nothing of what has to be there. */
  private static boolean isRace(Throwable failure, OptionalLong ifRevision) {
    return failure instanceof StaleRevisionException && ifRevision.isEmpty();
  }

  /**
   * A write that failed may have reached the disk all the same, and a stale one shows that memory
   * is behind: what is stored counts.
   */
  private Future<Void> refreshed(AgentName name, Throwable failure) {
    if (failure instanceof NotWrittenException || failure instanceof StaleRevisionException) {
      LOG.debug("agent '{}' is not stored: {}", name, failure.getMessage());
    } else {
      LOG.warn("agent '{}' could not be stored: {}", name, failure.getMessage());
    }
    return store
        .specs()
        .otherwise(List.of())
        .map(
            all -> {
              all.stream().filter(stored -> stored.name().equals(name)).forEach(this::take);
              return null;
            });
  }

  /**
   * What is stored, by this gateway or by another: the newer revision counts, and is told once. One
   * at a time, so that all are told in order.
   */
  private synchronized void take(AgentSpec stored) {
    AgentSpec known = specs.get(stored.name());
    if (known == null || known.revision() < stored.revision()) {
      specs.put(stored.name(), stored);
      tell(stored);
    }
  }

  /** Whether nothing but revision, time and author differs; names count as spelled. */
  private static boolean same(AgentSpec found, AgentSpec wanted) {
    return stamped(wanted, found.revision(), found.updated(), found.by()).equals(found)
        && wanted.name().value().equals(found.name().value())
        && wanted.manifest().name().value().equals(found.manifest().name().value());
  }

  private static AgentSpec stamped(AgentSpec spec, long revision, Instant updated, String by) {
    return new AgentSpec(
        spec.name(),
        spec.manifest(),
        spec.enabled(),
        spec.pinned(),
        spec.generation(),
        revision,
        spec.codeHash(),
        spec.appliedHash(),
        spec.deleted(),
        updated,
        by);
  }

  private void tell(AgentSpec spec) {
    for (Consumer<AgentSpec> listener : listeners) {
      try {
        listener.accept(spec);
      } catch (RuntimeException e) {
        LOG.error(
            "a listener failed on revision {} of agent '{}'", spec.revision(), spec.name(), e);
      }
    }
  }

  @Override
  public Future<List<Release>> releases(AgentName agent) {
    return store.releases(agent);
  }

  @Override
  public Future<Void> put(Release release) {
    return store.put(release, RELEASES_KEPT);
  }

  @Override
  public void watch(Consumer<AgentSpec> listener) {
    listeners.add(listener);
  }

  private static <T> Future<T> guarded(Supplier<Future<T>> work) {
    try {
      return work.get();
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  /** The same outcome, told on the context of whoever calls this, if it has one. */
  private static <T> Future<T> onCallersContext(Future<T> future) {
    Context context = Vertx.currentContext();
    if (context == null) {
      return future;
    }
    Promise<T> promise = Promise.promise();
    future.onComplete(
        done -> {
          if (Vertx.currentContext() == context) {
            promise.handle(done);
          } else {
            context.runOnContext(v -> promise.handle(done));
          }
        });
    return promise.future();
  }
}
