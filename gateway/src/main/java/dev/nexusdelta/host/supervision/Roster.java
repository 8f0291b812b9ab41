package dev.nexusdelta.host.supervision;

import dev.nexusdelta.host.ObservedReplica;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Every replica that there is, from the decision to start it until nothing of it is left. For the
 * supervisor's context only.
 */
final class Roster<H> {
  private final Map<String, Supervised<H>> replicas = new LinkedHashMap<>();
  private final List<Promise<Void>> awaitingNone = new ArrayList<>();

  void add(Supervised<H> replica) {
    replicas.put(replica.id, replica);
  }

  void remove(Supervised<H> replica) {
    replicas.remove(replica.id);
    tellWhenNone();
  }

  Optional<Supervised<H>> find(String id) {
    return Optional.ofNullable(replicas.get(id));
  }

  List<Supervised<H>> all() {
    return List.copyOf(replicas.values());
  }

  /** Replicas of one release as they are now. */
  List<ObservedReplica> observed(AgentName agent, String release) {
    return of(agent).filter(r -> r.release.equals(release)).map(Supervised::observed).toList();
  }

  /** All that have been started, as they are now. */
  List<ObservedReplica> shown() {
    return replicas.values().stream()
        .filter(r -> r.running != null)
        .map(Supervised::observed)
        .toList();
  }

  /** Ordinals that the agent's replicas have, whatever their release. */
  Set<Integer> ordinals(AgentName agent) {
    return of(agent).map(r -> r.ordinal).collect(Collectors.toSet());
  }

  Set<String> releases(AgentName agent) {
    return of(agent).map(r -> r.release).collect(Collectors.toSet());
  }

  /** Completes when there is none, perhaps at once. */
  Future<Void> none() {
    Promise<Void> none = Promise.promise();
    awaitingNone.add(none);
    tellWhenNone();
    return none.future();
  }

  private void tellWhenNone() {
    if (replicas.isEmpty()) {
      awaitingNone.forEach(Promise::tryComplete);
      awaitingNone.clear();
    }
  }

  private Stream<Supervised<H>> of(AgentName agent) {
    return replicas.values().stream().filter(r -> r.agent.equals(agent));
  }
}
