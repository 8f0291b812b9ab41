package dev.nexusdelta.sync;

import dev.nexusdelta.manifest.AgentName;
import java.util.Collection;

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

  /** Of the agents that had a document those that have none any more. */
  static Missing missing(RemoteView view, Collection<AgentName> had) {
    long gone = had.stream().filter(agent -> view.document(agent).isEmpty()).count();
    return new Missing(Math.toIntExact(gone), had.size());
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
