package dev.nexusdelta.admin;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.Registry;
import dev.nexusdelta.fleet.EventLog;
import dev.nexusdelta.host.Containers;
import dev.nexusdelta.host.Containers.Found;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.ManifestReader;
import dev.nexusdelta.manifest.Run;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes an agent of labelled containers that nobody has made one for, and none again of those with
 * which it was deleted: a container that comes later brings it back. Agents that exist are left as
 * they are. Thread-safe.
 */
public final class ContainerSync implements Containers.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(ContainerSync.class);
  private static final String BY = "docker";

  private final Registry registry;
  private final EventLog events;
  private final Consumer<AgentName> routes;

  /** Running containers of each agent. */
  private final Map<AgentName, List<Found>> running = new HashMap<>();

  /** Ids of the containers that ran when an agent was deleted. */
  private final Map<AgentName, Set<String>> buried = new HashMap<>();

  /** Agents that do not route to the containers that name them, so that it is told once. */
  private final Set<AgentName> told = new HashSet<>();

  /**
   * Follows the registry from now on.
   *
   * @param routes is told of each agent whose containers have changed
   */
  public ContainerSync(Registry registry, EventLog events, Consumer<AgentName> routes) {
    this.registry = registry;
    this.events = events;
    this.routes = routes;
    registry.watch(this::changed);
  }

  private synchronized void changed(AgentSpec spec) {
    told.remove(spec.name());
    if (spec.deleted()) {
      buried.put(spec.name(), ids(running.getOrDefault(spec.name(), List.of())));
    } else {
      buried.remove(spec.name());
    }
  }

  @Override
  public void changed(AgentName agent, List<Found> now) {
    routes.accept(agent);
    Optional<AgentSpec> stored = registry.agentOrTombstone(agent);
    boolean wanted;
    synchronized (this) {
      if (now.isEmpty()) {
        running.remove(agent);
        told.remove(agent);
        return;
      }
      running.put(agent, List.copyOf(now));
      wanted = stored.isEmpty() || stored.get().deleted() && anyIsNew(stored.get(), now);
    }
    if (wanted) {
      create(stored, manifest(agent, now));
    } else if (!stored.get().deleted() && !routes(stored.get().manifest(), agent)) {
      tell(agent, now.get(0));
    }
  }

  /** What was deleted before this gateway's life is compared by time. */
  private boolean anyIsNew(AgentSpec tombstone, List<Found> now) {
    Set<String> old = buried.get(tombstone.name());
    return now.stream()
        .anyMatch(
            container ->
                old == null
                    ? container.created().getEpochSecond() > tombstone.updated().getEpochSecond()
                    : !old.contains(container.id()));
  }

  private void create(Optional<AgentSpec> seen, Manifest manifest) {
    registry
        .edit(
            manifest.name(),
            OptionalLong.empty(),
            BY,
            stored ->
                stored.isPresent() && !stored.equals(seen)
                    ? stored.get() // somebody was faster
                    : SpecEdits.created(stored, manifest, "", Optional.empty()))
        .onFailure(
            failure ->
                LOG.warn(
                    "agent '{}' of labelled containers is not on record",
                    manifest.name(),
                    failure));
  }

  private static Manifest manifest(AgentName agent, List<Found> now) {
    JsonObject json =
        new JsonObject()
            .put("name", agent.value())
            .put("description", "containers labelled nexus.agent=" + agent)
            .put("run", new JsonObject().put("url", new JsonArray().add("container://" + agent)));
    now.stream()
        .sorted(Comparator.comparing(Found::created).reversed().thenComparing(Found::id))
        .flatMap(container -> container.version().stream())
        .findFirst()
        .ifPresent(version -> json.put("version", version));
    return ManifestReader.readJson(json.encode())
        .fold(
            manifest -> manifest,
            faults -> {
              throw new IllegalStateException("a manifest of our own is refused: " + faults);
            });
  }

  private static boolean routes(Manifest manifest, AgentName agent) {
    return manifest.run() instanceof Run.Url url
        && url.addresses().stream()
            .anyMatch(
                address ->
                    address.getScheme().equalsIgnoreCase("container")
                        && address.getHost().equalsIgnoreCase(agent.value()));
  }

  private void tell(AgentName agent, Found container) {
    synchronized (this) {
      if (!told.add(agent)) {
        return;
      }
    }
    refused(
        Optional.of(agent),
        "container %s is labelled nexus.agent=%s, but agent '%s' runs otherwise: no call goes there; to change that: run: {url: [container://%s]}"
            .formatted(container.name(), agent, agent, agent));
  }

  @Override
  public void refused(Optional<AgentName> agent, String reason) {
    events.add("container.refused", agent.map(AgentName::value), Optional.empty(), BY, reason);
  }

  private static Set<String> ids(List<Found> containers) {
    return containers.stream().map(Found::id).collect(Collectors.toUnmodifiableSet());
  }
}
