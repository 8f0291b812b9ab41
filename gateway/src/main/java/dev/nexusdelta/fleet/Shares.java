package dev.nexusdelta.fleet;

import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Which of the replicas that are wanted run on this gateway's host. Thread-safe; a cheap read of
 * what was told last.
 */
public interface Shares {
  /**
   * What the cluster says of an agent; empty where this gateway is alone: everything runs here.
   *
   * @param agent lower-case name
   */
  Optional<ClusterPart> of(String agent);

  /** Calls {@code listener}, on any thread, with the agents of which something else is said now. */
  void onChange(Consumer<Set<String>> listener);
}
