package dev.nexusdelta.proxy;

import dev.nexusdelta.telemetry.Metrics;
import dev.nexusdelta.telemetry.Metrics.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** The little that the event loops share. Thread-safe. */
final class Lanes {
  private final List<Lane> all = new CopyOnWriteArrayList<>();
  private final ConcurrentHashMap<String, AtomicInteger> queueLengths = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, AgentShare> shares = new ConcurrentHashMap<>();
  private volatile boolean draining;

  List<Lane> all() {
    return all;
  }

  void add(Lane lane) {
    all.add(lane);
  }

  void remove(Lane lane) {
    all.remove(lane);
  }

  /** Waiting calls per agent. */
  ConcurrentHashMap<String, AtomicInteger> queueLengths() {
    return queueLengths;
  }

  /** What the loops share of an agent. */
  AgentShare share(String agent) {
    return shares.computeIfAbsent(agent, key -> new AgentShare());
  }

  boolean isDraining() {
    return draining;
  }

  /** New calls are refused from now on. */
  void drain() {
    draining = true;
  }

  /** Publishes what can only be counted here. */
  void publish(Metrics metrics) {
    metrics.gauge("nexus_requests_in_flight", "Calls in flight", this::inFlight);
    metrics.gauge("nexus_queue_length", "Calls that wait for a replica", this::queues);
  }

  private List<Sample> inFlight() {
    Map<String, Integer> sums = new TreeMap<>();
    all.forEach(
        lane -> lane.countInFlight((agent, calls) -> sums.merge(agent, calls, Integer::sum)));
    List<Sample> samples = new ArrayList<>();
    sums.forEach((agent, calls) -> samples.add(new Sample(calls, List.of("agent", agent))));
    return samples;
  }

  private List<Sample> queues() {
    List<Sample> samples = new ArrayList<>();
    queueLengths.forEach(
        (agent, length) -> samples.add(new Sample(length.get(), List.of("agent", agent))));
    return samples;
  }
}
