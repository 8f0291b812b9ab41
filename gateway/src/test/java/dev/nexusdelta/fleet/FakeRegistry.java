package dev.nexusdelta.fleet;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.Registry;
import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;

/** A registry in memory. */
final class FakeRegistry implements Registry {
  private final Map<String, AgentSpec> specs = new TreeMap<>();
  private final Map<String, List<Release>> releases = new TreeMap<>();
  private final List<Consumer<AgentSpec>> listeners = new CopyOnWriteArrayList<>();

  @Override
  public synchronized Collection<AgentSpec> agents() {
    return specs.values().stream().filter(spec -> !spec.deleted()).toList();
  }

  @Override
  public synchronized Collection<AgentSpec> specs() {
    return List.copyOf(specs.values());
  }

  @Override
  public Optional<AgentSpec> agent(AgentName name) {
    return agentOrTombstone(name).filter(spec -> !spec.deleted());
  }

  @Override
  public synchronized Optional<AgentSpec> agentOrTombstone(AgentName name) {
    return Optional.ofNullable(specs.get(name.key()));
  }

  @Override
  public Future<AgentSpec> edit(
      AgentName name,
      OptionalLong ifRevision,
      String by,
      Function<Optional<AgentSpec>, AgentSpec> change) {
    AgentSpec stored;
    synchronized (this) {
      Optional<AgentSpec> was = agentOrTombstone(name);
      AgentSpec next = change.apply(was);
      if (was.isPresent() && was.get().equals(next)) {
        return Future.succeededFuture(next);
      }
      stored =
          new AgentSpec(
              next.name(),
              next.manifest(),
              next.enabled(),
              next.pinned(),
              next.generation(),
              was.map(AgentSpec::revision).orElse(0L) + 1,
              next.codeHash(),
              next.appliedHash(),
              next.deleted(),
              Instant.EPOCH,
              by);
      specs.put(name.key(), stored);
    }
    listeners.forEach(listener -> listener.accept(stored));
    return Future.succeededFuture(stored);
  }

  @Override
  public synchronized Future<List<Release>> releases(AgentName agent) {
    return Future.succeededFuture(List.copyOf(releases.getOrDefault(agent.key(), List.of())));
  }

  @Override
  public synchronized Future<Void> put(Release release) {
    List<Release> all = releases.computeIfAbsent(release.agent().key(), key -> new ArrayList<>());
    all.removeIf(other -> other.id().equals(release.id()));
    all.add(0, release);
    return Future.succeededFuture();
  }

  @Override
  public void watch(Consumer<AgentSpec> listener) {
    listeners.add(listener);
  }
}
