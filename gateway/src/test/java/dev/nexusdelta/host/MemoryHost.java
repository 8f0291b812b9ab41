package dev.nexusdelta.host;

import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A host on a {@link MemoryEngine}: ignores victims and restarts by itself. For tests of everything
 * above the port.
 */
public final class MemoryHost implements ReplicaHost {
  private final MemoryEngine engine;
  private final Map<Closeable, Consumer<LogLine>> followers = new ConcurrentHashMap<>();

  MemoryHost(MemoryEngine engine) {
    this.engine = engine;
  }

  @Override
  public String kind() {
    return "memory";
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(false, true, true);
  }

  @Override
  public Optional<String> trouble() {
    return engine.trouble();
  }

  @Override
  public Future<List<ObservedReplica>> open(Consumer<HostEvent> observer) {
    synchronized (engine) {
      engine.listener =
          new MemoryEngine.Listener() {
            @Override
            public void event(HostEvent event) {
              observer.accept(event);
            }

            @Override
            public void line(LogLine line) {
              followers.values().forEach(f -> f.accept(line));
            }
          };
      return Future.succeededFuture(engine.replicas().stream().map(MemoryHost::adopted).toList());
    }
  }

  private static ObservedReplica adopted(ObservedReplica r) {
    return ObservedReplica.builder(
            r.id(), r.agent(), r.release(), r.ordinal(), r.address(), r.port(), r.since())
        .pid(r.pid())
        .containerId(r.containerId())
        .stopping(r.stopping())
        .adopted(true)
        .build();
  }

  @Override
  public Future<Void> prepare(Release release, Path folder) {
    return done(() -> engine.prepare(release));
  }

  @Override
  public Future<Void> apply(Release release, int count, List<String> preferredVictims) {
    if (count > 0 && !engine.isPrepared(release)) {
      return Future.failedFuture(
          new IllegalStateException("release " + release.id() + " has not been prepared"));
    }
    return done(() -> engine.scale(release, count));
  }

  @Override
  public Future<Void> replace(String replicaId, String reason) {
    return done(() -> engine.replace(replicaId, reason));
  }

  @Override
  public Future<List<LogLine>> logs(AgentName agent, LogQuery query) {
    return Future.succeededFuture(engine.log());
  }

  @Override
  public Closeable follow(AgentName agent, Consumer<LogLine> lines) {
    Closeable[] self = new Closeable[1];
    self[0] = () -> followers.remove(self[0]);
    followers.put(self[0], lines);
    return self[0];
  }

  @Override
  public Future<ReplicaStats> stats(String replicaId) {
    return engine.replicas().stream().anyMatch(r -> r.id().equals(replicaId))
        ? Future.succeededFuture(new ReplicaStats(1, Duration.ZERO))
        : Future.failedFuture(new IllegalArgumentException("no replica '" + replicaId + "'"));
  }

  @Override
  public Future<Void> close(boolean stopReplicas) {
    return done(
        () -> {
          synchronized (engine) {
            engine.listener = null;
            if (stopReplicas) {
              engine
                  .replicas()
                  .forEach(r -> engine.end(r.id(), OptionalInt.of(143), false, "closed"));
            }
          }
        });
  }

  private static Future<Void> done(Runnable work) {
    Supplier<Future<Void>> run =
        () -> {
          work.run();
          return Future.succeededFuture();
        };
    try {
      return run.get();
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }
}
