package dev.nexusdelta.host.url;

import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.host.Capabilities;
import dev.nexusdelta.host.Containers;
import dev.nexusdelta.host.HostEvent;
import dev.nexusdelta.host.LogLine;
import dev.nexusdelta.host.LogQuery;
import dev.nexusdelta.host.ObservedReplica;
import dev.nexusdelta.host.ReplicaHost;
import dev.nexusdelta.host.ReplicaStats;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Run;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Routes to agents that run elsewhere. Each address is a replica; a name with several addresses is
 * as many, asked again every few seconds; so are labelled containers. The last good answer stays
 * when a name cannot be resolved for a while. The wished count only says whether there are replicas
 * (0 = none).
 *
 * <p>All state belongs to one Vert.x context; methods may be called from any thread.
 */
public final class UrlHost implements ReplicaHost {
  /** Its {@link #kind}. */
  public static final String KIND = "url";

  private final Context context;
  private final Resolver resolver;
  private final Permit permit;
  private final InstantSource clock;
  private final RandomGenerator random;

  /** Wanted releases by agent and id. */
  private final Map<Key, RemoteRelease> releases = new LinkedHashMap<>();

  private @Nullable Consumer<HostEvent> observer;
  private long timer = -1;

  private record Key(AgentName agent, String release) {}

  /**
   * A host that is idle until opened.
   *
   * @param context where events and futures arrive
   * @param containers for addresses {@code container://Name}
   * @param permit which addresses may be called
   * @param period between two resolutions of every name, such as 5 s
   * @param random for the ids of replicas
   */
  public UrlHost(
      Context context,
      Names names,
      Containers containers,
      Permit permit,
      Duration period,
      InstantSource clock,
      RandomGenerator random) {
    this.context = context;
    this.permit = permit;
    this.resolver = new Resolver(names, containers, context, period);
    this.clock = clock;
    this.random = random;
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(false, true, false);
  }

  @Override
  public Future<List<ObservedReplica>> open(Consumer<HostEvent> events) {
    return onContext(
        () -> {
          observer = events;
          timer = context.owner().setPeriodic(resolver.period().toMillis(), tick -> resolveAll());
          return Future.succeededFuture(List.of());
        });
  }

  /** Nothing to do: the code is elsewhere. */
  @Override
  public Future<Void> prepare(Release release, Path folder) {
    return onContext(Future::succeededFuture);
  }

  @Override
  public Future<Void> apply(Release release, int count, List<String> preferredVictims) {
    return onContext(
        () -> {
          if (!(release.manifest().run() instanceof Run.Url url)) {
            return Future.failedFuture(
                "agent '" + release.agent() + "' has no run.url; it belongs to another host");
          }
          Key key = new Key(release.agent(), release.id());
          if (count <= 0) {
            RemoteRelease ended = releases.remove(key);
            if (ended != null) {
              ended.end("stopped");
            }
          } else if (!releases.containsKey(key)) {
            RemoteRelease begun =
                new RemoteRelease(release, url, permit, this::tell, ids(release.agent()));
            releases.put(key, begun);
            begun.resolve(resolver);
          }
          return Future.succeededFuture();
        });
  }

  /** Ids and ordinals of an agent's new replicas: the smallest free ordinal of all its releases. */
  private RemoteRelease.Ids ids(AgentName agent) {
    return new RemoteRelease.Ids() {
      @Override
      public int ordinal() {
        Set<Integer> taken = new TreeSet<>();
        releases.forEach(
            (key, release) -> {
              if (key.agent().equals(agent)) {
                taken.addAll(release.ordinals());
              }
            });
        int free = 1;
        while (taken.contains(free)) {
          free++;
        }
        return free;
      }

      @Override
      public String id(int ordinal) {
        return String.format("%s-%d-%06x", agent.key(), ordinal, random.nextInt(1 << 24));
      }

      @Override
      public Instant now() {
        return clock.instant();
      }
    };
  }

  /**
   * The containers of this name are others than before: those who name them in an address ask at
   * once. From any thread.
   */
  public void containersChanged(AgentName name) {
    onContext(
        () -> {
          releases.values().forEach(release -> release.resolve(resolver, name));
          return Future.succeededFuture();
        });
  }

  private void resolveAll() {
    for (RemoteRelease release : List.copyOf(releases.values())) {
      release.resolve(resolver);
    }
  }

  private void tell(HostEvent event) {
    Consumer<HostEvent> told = observer;
    if (told != null) {
      told.accept(event);
    }
  }

  @Override
  public Future<Void> replace(String replicaId, String reason) {
    return failed(replicaId, "be restarted from here: restart it where it runs");
  }

  @Override
  public Future<List<LogLine>> logs(AgentName agent, LogQuery query) {
    return onContext(() -> Future.succeededFuture(List.of()));
  }

  @Override
  public Closeable follow(AgentName agent, Consumer<LogLine> lines) {
    return () -> {};
  }

  @Override
  public Future<ReplicaStats> stats(String replicaId) {
    return failed(replicaId, "be measured from here");
  }

  private <T> Future<T> failed(String replicaId, String cannot) {
    return onContext(
        () -> Future.failedFuture("replica " + replicaId + " runs elsewhere and cannot " + cannot));
  }

  /** Both forms only stop routing: agents elsewhere are not ours to stop. */
  @Override
  public Future<Void> close(boolean stopReplicas) {
    return onContext(
        () -> {
          context.owner().cancelTimer(timer);
          List<RemoteRelease> all = new ArrayList<>(releases.values());
          releases.clear();
          all.forEach(release -> release.end("the gateway ends"));
          observer = null;
          return Future.succeededFuture();
        });
  }

  private <T> Future<T> onContext(Supplier<Future<T>> work) {
    Promise<T> promise = Promise.promise();
    Runnable step =
        () -> {
          try {
            work.get().onComplete(promise);
          } catch (RuntimeException e) {
            promise.fail(e); // the observer's own
          }
        };
    if (Vertx.currentContext() == context) {
      step.run();
    } else {
      context.runOnContext(v -> step.run());
    }
    return promise.future();
  }
}
