package dev.nexusdelta.sync;

import dev.nexusdelta.manifest.AgentName;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/** Agents that have to be looked at, the oldest first, and since when. Thread-safe. */
final class PendingAgents {
  private final Map<AgentName, Long> waiting = new LinkedHashMap<>();
  private final Map<AgentName, Long> underWay = new HashMap<>();

  /** Has to be looked at; one that waits already keeps its place. */
  synchronized void add(AgentName agent, long now) {
    waiting.putIfAbsent(agent, now);
  }

  synchronized void addAll(Collection<AgentName> agents, long now) {
    agents.forEach(agent -> waiting.putIfAbsent(agent, now));
  }

  /** Those of which nothing is under way. */
  synchronized List<AgentName> ready() {
    return waiting.keySet().stream().filter(agent -> !underWay.containsKey(agent)).toList();
  }

  /** A step for it begins. */
  synchronized void begin(AgentName agent) {
    Long since = waiting.remove(agent);
    if (since == null || underWay.put(agent, since) != null) {
      throw new IllegalStateException(agent + " does not wait for a step, or has one under way");
    }
  }

  /**
   * Its step has ended.
   *
   * @param again whether it has to be looked at once more
   */
  synchronized void end(AgentName agent, boolean again) {
    Long since = underWay.remove(agent);
    if (again && since != null) {
      waiting.merge(agent, since, Math::min);
    }
  }

  synchronized boolean contains(AgentName agent) {
    return waiting.containsKey(agent) || underWay.containsKey(agent);
  }

  synchronized int underWay() {
    return underWay.size();
  }

  synchronized int size() {
    return waiting.size()
        + (int) underWay.keySet().stream().filter(agent -> !waiting.containsKey(agent)).count();
  }

  /** Since when the one that has waited for the longest does. */
  synchronized OptionalLong oldest() {
    return LongStream.concat(
            waiting.values().stream().mapToLong(since -> since),
            underWay.values().stream().mapToLong(since -> since))
        .min();
  }
}
