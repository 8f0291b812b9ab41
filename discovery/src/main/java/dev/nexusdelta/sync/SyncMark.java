package dev.nexusdelta.sync;

import dev.nexusdelta.manifest.AgentName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How far an agent is known to be alike on both sides. Durable: what differs from it has changed
 * since.
 *
 * @param revision of the spec; 0 = there was none
 * @param updateTime of the document, as the outside registry writes it; empty = there was none
 * @param attempts writes since then whose outcome is not known: any of them may have been made, or
 *     may yet be
 */
public record SyncMark(AgentName agent, long revision, String updateTime, List<Attempt> attempts) {
  /** Of more than that many the oldest is forgotten; it then counts as somebody else's edit. */
  static final int MOST_ATTEMPTS = 16;

  /**
   * A write that was begun.
   *
   * @param digest of what the document then says
   */
  public record Attempt(long revision, String digest) {}

  /** Copies the list. */
  public SyncMark {
    attempts = List.copyOf(attempts);
  }

  /** Both sides are alike at these. */
  SyncMark(AgentName agent, long revision, String updateTime) {
    this(agent, revision, updateTime, List.of());
  }

  /** Before anything is known of an agent. */
  static SyncMark none(AgentName agent) {
    return new SyncMark(agent, 0, "");
  }

  /** To be stored before that write begins. */
  SyncMark attempting(Attempt attempt) {
    List<Attempt> more = new ArrayList<>(attempts);
    more.add(attempt);
    int first = Math.max(0, more.size() - MOST_ATTEMPTS);
    return new SyncMark(agent, revision, updateTime, more.subList(first, more.size()));
  }

  /** The newest write of ours that gave a document like this. */
  Optional<Attempt> attempt(String digest) {
    return attempts.stream()
        .filter(attempt -> attempt.digest().equals(digest))
        .reduce((older, newer) -> newer);
  }
}
