package dev.nexusdelta.host.supervision;

import dev.nexusdelta.host.ObservedReplica;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Every replica that there is, from the decision to start it until it has ended, and what is left
 * of those that have: as long as that cannot be cleared away it keeps its ordinal. For the
 * supervisor's context only.
 */
final class Roster<H> {
  private final Map<String, Supervised<H>> replicas = new LinkedHashMap<>();
  private final Map<String, Supervised<H>> left = new LinkedHashMap<>();
  private final List<Promise<Void>> awaitingNone = new ArrayList<>();

  /** How long what is left of the last one may take to be cleared away, in looks. */
  private static final int MOST_LOOKS = 20;

  private static final Duration LOOK = Duration.ofSeconds(1);

  void add(Supervised<H> replica) {
    replicas.put(replica.id, replica);
  }

  void remove(Supervised<H> replica) {
    replicas.remove(replica.id);
    tellWhenNone();
  }

  /** It has ended, and that is told. */
  void gone(Supervised<H> replica) {
    if (!replica.cleared) {
      left.put(replica.id, replica);
    }
    remove(replica);
  }

  /** Nothing is left of it. */
  void cleared(Supervised<H> replica) {
    replica.cleared = true;
    left.remove(replica.id);
    tellWhenNone();
  }

  boolean isLeft(String id) {
    return left.containsKey(id);
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
    Stream<Supervised<H>> rest = left.values().stream().filter(r -> r.agent.equals(agent));
    return Stream.concat(of(agent), rest).map(r -> r.ordinal).collect(Collectors.toSet());
  }

  Set<String> releases(AgentName agent) {
    return of(agent).map(r -> r.release).collect(Collectors.toSet());
  }

  /**
   * Completes when there is none, perhaps at once; fails when all have ended and something of them
   * stays.
   */
  Future<Void> none(Actor actor) {
    Promise<Void> none = Promise.promise();
    awaitingNone.add(none);
    lookForRest(actor, none, Set.of(), 0);
    tellWhenNone();
    return none.future();
  }

  private void lookForRest(Actor actor, Promise<Void> none, Set<String> before, int looks) {
    actor.after(
        LOOK,
        () -> {
          Set<String> now = replicas.isEmpty() ? Set.copyOf(left.keySet()) : Set.of();
          int same = now.isEmpty() || !now.equals(before) ? 0 : looks + 1;
          if (same == MOST_LOOKS) {
            none.tryFail(new IllegalStateException(restOf(left.values())));
          } else if (!none.future().isComplete()) {
            lookForRest(actor, none, now, same);
          }
        });
  }

  private static String restOf(Collection<? extends Supervised<?>> left) {
    return "all replicas have ended, but this is left and cannot be removed: "
        + left.stream()
            .map(
                r ->
                    r.id + r.observed().containerId().map(c -> " (container " + c + ")").orElse(""))
            .collect(Collectors.joining(", "));
  }

  private void tellWhenNone() {
    if (replicas.isEmpty() && left.isEmpty()) {
      awaitingNone.forEach(Promise::tryComplete);
      awaitingNone.clear();
    }
  }

  private Stream<Supervised<H>> of(AgentName agent) {
    return replicas.values().stream().filter(r -> r.agent.equals(agent));
  }
}
