package dev.nexusdelta.discovery.replicated;

import dev.nexusdelta.discovery.AgentSpec;
import java.util.List;

/** Told what becomes of agents and keys that a gateway had alone, once it has joined others. */
public interface TakeOver {
  /** Nobody wants to know. */
  TakeOver UNTOLD =
      new TakeOver() {
        @Override
        public void takenIn(AgentSpec spec) {
          // Nobody wants to know.
        }

        @Override
        public void gaveWay(AgentSpec here, AgentSpec cluster) {
          // Nobody wants to know.
        }

        @Override
        public void keys(List<String> names, boolean takenIn) {
          // Nobody wants to know.
        }
      };

  /** The cluster had no such agent: now it has this one. */
  void takenIn(AgentSpec spec);

  /** The cluster has an agent of that name, which counts; what was here is dropped. */
  void gaveWay(AgentSpec here, AgentSpec cluster);

  /**
   * What becomes of the keys of callers, all of them alike.
   *
   * @param takenIn true = the cluster had none and now has these; false = it has keys, which count,
   *     and those that were here are dropped
   */
  void keys(List<String> names, boolean takenIn);
}
