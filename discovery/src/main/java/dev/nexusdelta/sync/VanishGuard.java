package dev.nexusdelta.sync;

import dev.nexusdelta.manifest.AgentName;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * Does not believe that more than half of all documents are gone at once, before somebody says so:
 * an emulator that was started empty looks like that, a wrong project, a slip of the hand. For one
 * thread.
 */
final class VanishGuard {
  private boolean held;
  private boolean confirmed;

  /** What was missing. */
  record Missing(int documents, int of) {
    boolean most() {
      return documents * 2 > of;
    }
  }

  /** Of the agents that had a document those that have none in there. */
  static Missing missing(RemoteSnapshot snapshot, Collection<AgentName> had) {
    Set<AgentName> gone = new HashSet<>(had);
    int before = gone.size();
    snapshot.documents().stream()
        .filter(document -> AgentName.isValid(document.key()))
        .forEach(document -> gone.remove(new AgentName(document.key())));
    return new Missing(gone.size(), before);
  }

  /**
   * Takes what was heard.
   *
   * @return whether this is news that people should hear of
   */
  boolean heard(Missing missing) {
    boolean news = missing.most() && !held && !confirmed;
    confirmed &= missing.most();
    held = missing.most() && !confirmed;
    return news;
  }

  /** Whether deletions are held back. */
  boolean holds() {
    return held;
  }

  /**
   * It is meant so.
   *
   * @return whether anything was held back
   */
  boolean confirm() {
    boolean was = held;
    confirmed |= held;
    held = false;
    return was;
  }
}
