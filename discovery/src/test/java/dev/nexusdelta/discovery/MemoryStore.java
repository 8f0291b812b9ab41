package dev.nexusdelta.discovery;

import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A store that forgets, for tests. Completes at once, on the caller's thread. */
public final class MemoryStore implements RegistryStore {
  private final Map<AgentName, AgentSpec> specs = new HashMap<>();
  private final Map<AgentName, List<Release>> releases = new HashMap<>();
  private boolean closed;

  @Override
  public synchronized Future<List<AgentSpec>> specs() {
    return closed ? closed() : Future.succeededFuture(List.copyOf(specs.values()));
  }

  @Override
  public synchronized Future<Void> put(AgentSpec next, long expectedRevision) {
    if (closed) {
      return closed();
    }
    AgentSpec found = specs.get(next.name());
    long revision = found == null ? 0 : found.revision();
    if (revision != expectedRevision) {
      return Future.failedFuture(
          new StaleRevisionException(next.name(), expectedRevision, revision));
    }
    specs.put(next.name(), next);
    return Future.succeededFuture();
  }

  @Override
  public synchronized Future<List<Release>> releases(AgentName agent) {
    return closed
        ? closed()
        : Future.succeededFuture(List.copyOf(releases.getOrDefault(agent, List.of())));
  }

  @Override
  public synchronized Future<Void> put(Release release, int keep) {
    if (closed) {
      return closed();
    }
    List<Release> kept = releases.computeIfAbsent(release.agent(), name -> new ArrayList<>());
    for (int i = 0; i < kept.size(); i++) {
      if (kept.get(i).id().equals(release.id())) {
        if (kept.get(i).created().equals(release.created())) {
          kept.set(i, release);
          return Future.succeededFuture();
        }
        kept.remove(i);
        break;
      }
    }
    kept.add(0, release);
    while (kept.size() > keep) {
      kept.remove(kept.size() - 1);
    }
    return Future.succeededFuture();
  }

  @Override
  public void watch(Consumer<AgentSpec> watcher) {
    // Nobody else writes.
  }

  @Override
  public synchronized Future<Void> close() {
    closed = true;
    return Future.succeededFuture();
  }

  private static <T> Future<T> closed() {
    return Future.failedFuture(new IllegalStateException("closed"));
  }
}
