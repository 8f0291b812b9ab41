package dev.nexusdelta.sync;

import dev.nexusdelta.manifest.AgentName;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is outside, as far as it was heard. Of each document only ever a newer state is taken:
 * snapshots, answers to writes and re-reads overtake each other, and an old state that comes late
 * would look like an edit that brings it back. For one thread.
 */
final class RemoteView {
  private final Map<AgentName, State> states = new HashMap<>();
  private boolean known;

  /** A document, or that there was none, at a time. */
  private record State(Optional<RemoteDocument> document, String asOf) {
    String version() {
      return document.map(RemoteDocument::updateTime).orElse("");
    }
  }

  /** Whether anything was heard yet. */
  boolean isKnown() {
    return known;
  }

  Optional<RemoteDocument> document(AgentName agent) {
    State state = states.get(agent);
    return state == null ? Optional.empty() : state.document();
  }

  /**
   * Takes what is new in it.
   *
   * @param marks what is on record of the agents: a document in there that is missing is gone
   * @return the agents whose document has changed
   */
  Set<AgentName> heard(RemoteSnapshot snapshot, Collection<SyncMark> marks) {
    known = true;
    Map<AgentName, RemoteDocument> documents = new HashMap<>();
    for (RemoteDocument document : snapshot.documents()) {
      if (AgentName.isValid(document.key())) {
        documents.put(new AgentName(document.key()), document);
      }
    }
    Set<AgentName> changed = new LinkedHashSet<>();
    documents.forEach(
        (agent, document) -> {
          if (moved(agent, new State(Optional.of(document), document.updateTime()))) {
            changed.add(agent);
          }
        });
    Set<AgentName> expected = new LinkedHashSet<>(states.keySet());
    marks.stream()
        .filter(mark -> !mark.updateTime().isEmpty())
        .forEach(
            mark -> {
              expected.add(mark.agent());
              states.putIfAbsent(mark.agent(), new State(Optional.empty(), mark.updateTime()));
            });
    expected.removeAll(documents.keySet());
    for (AgentName agent : expected) {
      if (moved(agent, new State(Optional.empty(), snapshot.readTime()))) {
        changed.add(agent);
      }
    }
    return changed;
  }

  /** A write of ours was made. */
  void written(AgentName agent, RemoteDocument document) {
    moved(agent, new State(Optional.of(document), document.updateTime()));
  }

  private boolean moved(AgentName agent, State next) {
    State before = states.get(agent);
    if (before != null && before.asOf().compareTo(next.asOf()) >= 0) {
      return false;
    }
    states.put(agent, next);
    return !next.version().equals(before == null ? "" : before.version());
  }
}
