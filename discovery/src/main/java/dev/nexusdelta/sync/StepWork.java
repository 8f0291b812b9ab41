package dev.nexusdelta.sync;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.Registry;
import dev.nexusdelta.discovery.StaleRevisionException;
import dev.nexusdelta.discovery.ToolInfo;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Knows which step is next and does it, and remembers on disk how far both sides are alike: what is
 * written outside is on record before as an attempt and after as a mark.
 */
final class StepWork {
  private final Registry registry;
  private final SyncStore store;
  private final RemoteRegistry remote;
  private final SyncEvents events;
  private final Function<AgentName, List<ToolInfo>> tools;
  private final Reconciliation rules;
  private final RemoteView view;
  private final VanishGuard guard;
  private final Map<AgentName, SyncMark> marks = new HashMap<>();

  /** Why documents are refused; read by any thread. */
  private final Map<AgentName, String> refused = new ConcurrentHashMap<>();

  StepWork(RegistrySync.Parts parts, RemoteView view, VanishGuard guard) {
    this.registry = parts.registry();
    this.store = parts.store();
    this.remote = parts.remote();
    this.events = parts.events();
    this.tools = parts.tools();
    this.rules = parts.rules();
    this.view = view;
    this.guard = guard;
  }

  /** Reads what is on record. */
  Future<Void> open() {
    return store
        .marks()
        .map(
            all -> {
              all.forEach(mark -> marks.put(mark.agent(), mark));
              return null;
            });
  }

  /** What makes the agent alike on both sides. */
  Step next(AgentName agent) {
    Optional<AgentSpec> local = registry.agentOrTombstone(agent);
    Step step = rules.decide(agent, local, mark(agent), view.document(agent));
    return step instanceof Step.Alike && local.isPresent() && isOld(agent)
        ? new Step.Push(local.get(), mark(agent).updateTime())
        : step;
  }

  /** Agents whose tools are known better than their documents tell. */
  List<AgentName> oldCards() {
    return registry.agents().stream().map(AgentSpec::name).filter(this::isOld).toList();
  }

  /** Tools are learnt from the first healthy replica: no revision tells of them. */
  private boolean isOld(AgentName agent) {
    Optional<RemoteDocument> document = view.document(agent);
    if (registry.agent(agent).isEmpty() || document.isEmpty()) {
      return false;
    }
    List<ToolInfo> known = tools.apply(agent);
    return !known.isEmpty()
        && document.get().content().getValue("card") instanceof JsonObject card
        && !AgentDocument.cardTools(known).equals(card.getValue("tools"));
  }

  private SyncMark mark(AgentName agent) {
    return marks.getOrDefault(agent, SyncMark.none(agent));
  }

  Collection<SyncMark> marks() {
    return marks.values();
  }

  /** Any thread. */
  boolean isRefused(AgentName agent) {
    return refused.containsKey(agent);
  }

  /** Why documents are refused; any thread. */
  Map<AgentName, String> refused() {
    return Map.copyOf(refused);
  }

  /** As people write it, where a document's key is all that was heard. */
  private AgentName spelt(AgentName agent) {
    return registry.agentOrTombstone(agent).map(AgentSpec::name).orElse(agent);
  }

  /**
   * Does one step.
   *
   * @return whether to look at the agent again
   */
  Future<Boolean> take(AgentName agent, Step step) {
    if (step instanceof Step.Refuse refuse) {
      refuse(agent, refuse.reason());
      return Future.succeededFuture(false);
    }
    if (refused.remove(agent) != null) {
      events.refused(spelt(agent), "");
    }
    if (step instanceof Step.Agree agree) {
      return record(agree.mark());
    }
    if (step instanceof Step.Push push) {
      return push(agent, push);
    }
    return step instanceof Step.Take take ? taken(agent, take) : Future.succeededFuture(false);
  }

  private Future<Boolean> record(SyncMark mark) {
    return store
        .put(mark)
        .map(
            v -> {
              marks.put(mark.agent(), mark);
              return true;
            });
  }

  private Future<Boolean> push(AgentName agent, Step.Push push) {
    JsonObject content = AgentDocument.write(push.spec(), tools.apply(agent));
    long revision = push.spec().revision();
    String digest = AgentDocument.of(push.spec()).digest();
    return record(mark(agent).attempting(new SyncMark.Attempt(revision, digest)))
        .compose(v -> remote.write(agent.key(), content, push.over()))
        .compose(
            time -> {
              view.written(agent, new RemoteDocument(agent.key(), time, content));
              return record(new SyncMark(agent, revision, time));
            })
        .recover(
            failure -> {
              if (failure instanceof RemoteFailure known
                  && known.kind() == RemoteFailure.Kind.INVALID) {
                refuse(agent, String.valueOf(failure.getMessage()));
                return Future.succeededFuture(false);
              }
              return Future.failedFuture(failure);
            });
  }

  private void refuse(AgentName agent, String reason) {
    if (!reason.equals(refused.put(agent, reason))) {
      events.refused(spelt(agent), reason);
    }
  }

  private Future<Boolean> taken(AgentName agent, Step.Take take) {
    if (guard.holds() && take.updateTime().isEmpty()) {
      return Future.succeededFuture(false);
    }
    Optional<AgentSpec> lost =
        take.superseded() ? registry.agentOrTombstone(agent) : Optional.empty();
    return lost.map(store::keep)
        .orElse(Future.succeededFuture())
        .compose(
            v ->
                registry.edit(
                    agent,
                    OptionalLong.of(take.revision()),
                    take.next().by(),
                    found -> take.next()))
        .compose(
            stored -> {
              lost.ifPresent(spec -> events.superseded(spec, stored));
              if (!take.ignored().isEmpty()) {
                events.ignored(stored.name(), take.ignored());
              }
              // What was edited here and is not taken from there has still to be written there.
              boolean ours = lost.isPresent() && !take.ignored().isEmpty();
              long alike = ours ? take.revision() : stored.revision();
              return record(new SyncMark(agent, alike, take.updateTime()));
            })
        .recover(
            failure ->
                failure instanceof StaleRevisionException
                    ? Future.succeededFuture(true)
                    : Future.failedFuture(failure));
  }
}
