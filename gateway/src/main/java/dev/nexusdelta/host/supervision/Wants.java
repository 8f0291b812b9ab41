package dev.nexusdelta.host.supervision;

import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.manifest.AgentName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What is wanted of each release. For the supervisor's context only. */
final class Wants<B> {
  private final Map<String, Want<B>> wants = new LinkedHashMap<>();

  /** The one of this release, made if there is none. */
  Want<B> of(Release release) {
    return wants.computeIfAbsent(keyOf(release.agent(), release.id()), k -> new Want<>(release));
  }

  Optional<Want<B>> find(AgentName agent, String release) {
    return Optional.ofNullable(wants.get(keyOf(agent, release)));
  }

  void remove(Want<B> want) {
    wants.remove(keyOf(want.release.agent(), want.release.id()));
  }

  List<Want<B>> all() {
    return List.copyOf(wants.values());
  }

  /** Wanted releases of the agent. */
  Set<String> releases(AgentName agent) {
    return wants.values().stream()
        .filter(w -> w.release.agent().equals(agent))
        .map(w -> w.release.id())
        .collect(Collectors.toSet());
  }

  private static String keyOf(AgentName agent, String release) {
    return agent.key() + "/" + release;
  }
}
