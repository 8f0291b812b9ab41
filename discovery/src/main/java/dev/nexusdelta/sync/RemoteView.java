package dev.nexusdelta.sync;

import dev.nexusdelta.manifest.AgentName;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What is outside, as far as it was heard. Of each document only ever a newer state is taken:
 * snapshots, answers to writes and re-reads overtake each other, and an old state that comes late
 * would look like an edit that brings it back.
 *
 * <p>That a document is gone is believed only of a source that must have known it: one that was
 * begun after it was heard of, or that has told of it. The time of a snapshot is not enough: the
 * emulator's listener gives times that are later than those of documents that it does not show yet,
 * and an agent would be deleted for that. For one thread.
 */
final class RemoteView {
  private final Map<AgentName, State> states = new HashMap<>();
  private boolean known;

  /** Counts sources and states in the order of their beginning. */
  private long moment;

  private long listener;

  /**
   * A document, or that there was none, at a time.
   *
   * @param since the moment when this was heard
   * @param told whether the listener in use has told so itself
   */
  private record State(Optional<RemoteDocument> document, String asOf, long since, boolean told) {
    String version() {
      return document.map(RemoteDocument::updateTime).orElse("");
    }

    State nowTold() {
      return new State(document, asOf, since, true);
    }
  }

  /** A listener begins, in place of the one before; the number of what it tells. */
  long listens() {
    listener = reads();
    return listener;
  }

  /** All documents are asked for; the number of the answer. */
  long reads() {
    return ++moment;
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
   * @param source the number of whoever tells it
   * @param marks what is on record of the agents: a document in there that is missing is gone
   * @return the agents whose document has changed
   */
  Set<AgentName> heard(RemoteSnapshot snapshot, long source, Collection<SyncMark> marks) {
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
          if (there(agent, document, source)) {
            changed.add(agent);
          }
        });
    Set<AgentName> missing = new LinkedHashSet<>(states.keySet());
    marks.stream()
        .filter(mark -> !mark.updateTime().isEmpty())
        .forEach(
            mark -> {
              missing.add(mark.agent());
              states.putIfAbsent(
                  mark.agent(), new State(Optional.empty(), mark.updateTime(), 0, false));
            });
    missing.removeAll(documents.keySet());
    for (AgentName agent : missing) {
      if (gone(agent, snapshot.readTime(), source)) {
        changed.add(agent);
      }
    }
    return changed;
  }

  /** A write of ours was made. */
  void written(AgentName agent, RemoteDocument document) {
    State before = states.get(agent);
    if (before == null || before.document().isEmpty() || isNewer(document, before)) {
      put(agent, Optional.of(document), document.updateTime(), false);
    }
  }

  private boolean there(AgentName agent, RemoteDocument document, long source) {
    State before = states.get(agent);
    if (before == null
        || isNewer(document, before)
        || (before.document().isEmpty() && knew(source, before))) {
      put(agent, Optional.of(document), document.updateTime(), source == listener);
      return true;
    }
    if (source == listener && document.updateTime().equals(before.version())) {
      states.put(agent, before.nowTold());
    }
    return false;
  }

  private boolean gone(AgentName agent, String asOf, long source) {
    State before = Objects.requireNonNull(states.get(agent));
    if (before.asOf().compareTo(asOf) >= 0 || !knew(source, before)) {
      return false;
    }
    put(agent, Optional.empty(), asOf, source == listener);
    return before.document().isPresent();
  }

  /** Whether what the source tells now comes after that state. */
  private boolean knew(long source, State state) {
    return source > state.since() || (source == listener && state.told());
  }

  private static boolean isNewer(RemoteDocument document, State than) {
    return document.updateTime().compareTo(than.asOf()) > 0;
  }

  private void put(AgentName agent, Optional<RemoteDocument> document, String asOf, boolean told) {
    states.put(agent, new State(document, asOf, ++moment, told));
  }
}
