package dev.nexusdelta.placing;

import dev.nexusdelta.placement.Assignment;
import dev.nexusdelta.placement.HostReport;
import dev.nexusdelta.placement.Placement.Host;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What this gateway has heard of hosts and placements: of each only the newest. Not thread-safe:
 * belongs to the context of {@link Placing}.
 */
final class Board {
  private final String self;
  private final Map<String, HostReport> hosts = new TreeMap<>();
  private final Map<String, Assignment> assignments = new HashMap<>();
  private Set<String> draining = Set.of();
  private Set<String> leftOut = Set.of();
  private long highestTerm;

  Board(String self) {
    this.self = self;
  }

  /** All there is; of its own host, this gateway knows best. Returns the agents concerned. */
  Set<String> all(Map<String, HostReport> heard, Map<String, Assignment> said) {
    Set<String> concerned = new HashSet<>(assignments.keySet());
    hosts.values().forEach(report -> concerned.addAll(report.agents().keySet()));
    hosts.keySet().removeIf(gateway -> !gateway.equals(self) && !heard.containsKey(gateway));
    heard.values().forEach(report -> concerned.addAll(reported(report)));
    assignments.keySet().retainAll(said.keySet());
    said.values().forEach(this::assigned);
    concerned.addAll(assignments.keySet());
    return concerned;
  }

  /** Another host has reported; returns the agents of which it tells something else. */
  Set<String> reported(HostReport report) {
    HostReport before = hosts.get(report.gateway());
    boolean old = before != null && !report.isAfter(before);
    return old || report.gateway().equals(self) ? Set.of() : put(report);
  }

  /** A gateway has left; returns the agents of which its host had told. */
  Set<String> left(String gateway) {
    HostReport gone = gateway.equals(self) ? null : hosts.remove(gateway);
    return gone == null ? Set.of() : gone.agents().keySet();
  }

  /** What this gateway tells of its own host. */
  Set<String> put(HostReport report) {
    HostReport before = hosts.put(report.gateway(), report);
    Set<String> changed = new HashSet<>(report.agents().keySet());
    if (before != null) {
      changed.addAll(before.agents().keySet());
      changed.removeIf(agent -> before.agent(agent).equals(report.agent(agent)));
    }
    return changed;
  }

  /** Takes up a leader's word, unless a newer one is known. */
  boolean assigned(Assignment assignment) {
    highestTerm = Math.max(highestTerm, assignment.term());
    Assignment known = assignments.get(assignment.agent());
    if (known != null && !assignment.isAfter(known)) {
      return false;
    }
    assignments.put(assignment.agent(), assignment);
    return true;
  }

  void forgotten(String agent) {
    assignments.remove(agent);
  }

  /** On the hosts of these nothing is to run. */
  void drain(Set<String> gateways) {
    draining = Set.copyOf(gateways);
  }

  /** The hosts of these are as if they were not there. */
  void leaveOut(Set<String> gateways) {
    leftOut = Set.copyOf(gateways);
  }

  /** Of any leader heard of. */
  long highestTerm() {
    return highestTerm;
  }

  Map<String, Assignment> assignments() {
    return assignments;
  }

  Optional<Assignment> assignment(String agent) {
    return Optional.ofNullable(assignments.get(agent));
  }

  @Nullable HostReport host(String gateway) {
    return hosts.get(gateway);
  }

  List<Host> hosts() {
    return hosts.values().stream()
        .filter(report -> !leftOut.contains(report.gateway()))
        .map(report -> new Host(report, draining.contains(report.gateway())))
        .toList();
  }

  Set<String> draining() {
    return draining;
  }

  /** All that are there, or are to be drained once they are. */
  Set<String> gateways() {
    Set<String> all = new TreeSet<>(hosts.keySet());
    all.removeAll(leftOut);
    all.addAll(draining);
    return all;
  }
}
