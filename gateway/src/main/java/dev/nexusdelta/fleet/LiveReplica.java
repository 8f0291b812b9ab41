package dev.nexusdelta.fleet;

import dev.nexusdelta.health.HealthState;
import dev.nexusdelta.health.Latencies;
import dev.nexusdelta.health.Phase;
import dev.nexusdelta.host.ObservedReplica;
import dev.nexusdelta.host.ReplicaHost;
import dev.nexusdelta.manifest.Manifest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The present of one replica. Only on the fleet's context, except what {@link Replica} shares. */
final class LiveReplica {
  final LiveAgent agent;
  final LiveRelease release;
  final ReplicaHost host;
  final Replica replica;
  final boolean adopted;
  final long firstSeen;
  ObservedReplica seen;
  HealthState health;

  /** Its host was told to end it. */
  boolean ending;

  /** Its host was told to put another in its place. */
  boolean replaced;

  /** Its host has reported its end. */
  boolean gone;

  /** The last probe found its port open. */
  boolean accepts = true;

  /** From the host's report of it to its first good probe; null = not yet, or adopted. */
  @Nullable Duration toReady;

  /** It has no health route. */
  boolean portOnly;

  /** How fast it answered lately; null until it has a peer. */
  @Nullable Latencies latencies;

  /** So many looks in a row found it slow. */
  int slowLooks;

  /** What ejects it, for events and metrics. */
  String ejectedBy = "health";

  /** Why it gets few calls; null = it has its share. */
  @Nullable String lightReason;

  long lightUntil;
  boolean probing;
  long lastProbe;
  long timer = -1;
  long drainDeadline;

  LiveReplica(
      LiveAgent agent,
      LiveRelease release,
      ReplicaHost host,
      Replica replica,
      ObservedReplica seen,
      boolean adopted,
      long now) {
    this.agent = agent;
    this.release = release;
    this.host = host;
    this.replica = replica;
    this.seen = seen;
    this.adopted = adopted;
    this.firstSeen = now;
    this.lastProbe = now;
    this.health = HealthState.starting(now);
  }

  String id() {
    return seen.id();
  }

  Phase phase() {
    return health.phase();
  }

  /** What it need not be replaced for takes effect at once. */
  void told(Manifest.Limits limits) {
    replica.limit(limits.concurrency());
    replica.learnt(release.tools());
  }

  /** It is on its way out and not counted any more. */
  boolean leaving() {
    return ending || gone || replaced || seen.stopping();
  }

  boolean is(Phase phase) {
    return !leaving() && health.phase() == phase;
  }

  /** Whether it takes calls, at least as a last choice. */
  boolean inUse() {
    return is(Phase.HEALTHY) || is(Phase.SUSPECT);
  }

  /** What is wrong with it; empty when all is well. */
  String reason() {
    return lightReason != null && is(Phase.HEALTHY) ? lightReason : health.reason();
  }

  /** Nothing keeps it any more. */
  boolean drained(long now) {
    return phase() == Phase.DRAINING && (replica.inFlight() == 0 || now - drainDeadline >= 0);
  }

  /** What its start took, phase by phase. */
  Map<String, Duration> start() {
    Map<String, Duration> start = new LinkedHashMap<>(seen.phases());
    if (toReady != null) {
      start.put("ready", toReady);
    }
    return start;
  }

  /** As the API names its state. */
  String state() {
    return leaving() ? Phase.DRAINING.label() : phase().label();
  }

  RolloutFacts.Copy facts(long now) {
    return new RolloutFacts.Copy(
        id(),
        release.id(),
        seen.ordinal(),
        phase(),
        drained(now),
        seen.since(),
        replica.inFlight());
  }
}
