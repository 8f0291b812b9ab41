package dev.nexusdelta.sync;

import dev.nexusdelta.discovery.AgentSpec;

/** What makes one agent alike on both sides. */
sealed interface Step {
  /** Nothing to do. */
  record Alike() implements Step {}

  /** Both say the same, which is not on record yet. */
  record Agree(SyncMark mark) implements Step {}

  /**
   * Write the document of the local spec.
   *
   * @param over the update time that the document must have; empty = there must be none
   */
  record Push(AgentSpec spec, String over) implements Step {}

  /**
   * Make this the next local revision.
   *
   * @param revision the local one that it follows; 0 = there is none
   * @param updateTime of the document that it comes from; empty = the document is gone
   * @param superseded whether the local revision was never written outside and is replaced
   * @param ignored what the document says and is not trusted to say; empty = nothing
   */
  record Take(AgentSpec next, long revision, String updateTime, boolean superseded, String ignored)
      implements Step {}

  /** Leave both as they are, and tell why. */
  record Refuse(String reason) implements Step {}
}
