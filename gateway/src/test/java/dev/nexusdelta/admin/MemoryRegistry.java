package dev.nexusdelta.admin;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.Registry;
import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.discovery.StaleRevisionException;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;

/** A registry that forgets. */
final class MemoryRegistry implements Registry {
  private final Map<AgentName, AgentSpec> specs = new ConcurrentHashMap<>();
  private final List<Consumer<AgentSpec>> listeners = new CopyOnWriteArrayList<>();

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
  public synchronized Future<AgentSpec> edit(
      AgentName name,
      OptionalLong ifRevision,
      String by,
      Function<Optional<AgentSpec>, AgentSpec> change) {
    Optional<AgentSpec> stored = agentOrTombstone(name);
    long revision = stored.map(AgentSpec::revision).orElse(0L);
    if (ifRevision.isPresent() && ifRevision.getAsLong() != revision) {
      return Future.failedFuture(
          new StaleRevisionException(name, ifRevision.getAsLong(), revision));
    }
    AgentSpec next;
    try {
      next = change.apply(stored);
    } catch (RuntimeException refused) {
      return Future.failedFuture(refused);
    }
    if (stored.filter(next::equals).isPresent()) {
      return Future.succeededFuture(next);
    }
    AgentSpec written =
        new AgentSpec(
            next.name(),
            next.manifest(),
            next.enabled(),
            next.pinned(),
            next.generation(),
            revision + 1,
            next.codeHash(),
            next.appliedHash(),
            next.deleted(),
            Instant.parse("2026-01-01T00:00:00Z"),
            by);
    specs.put(name, written);
    listeners.forEach(listener -> listener.accept(written));
    return Future.succeededFuture(written);
  }

  @Override
  public Future<List<Release>> releases(AgentName agent) {
    return Future.succeededFuture(List.of());
  }

  @Override
  public Future<Void> put(Release release) {
    return Future.succeededFuture();
  }

  @Override
  public void watch(Consumer<AgentSpec> listener) {
    listeners.add(listener);
  }
}
