package dev.nexusdelta.host.process;

import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.host.Exit;
import dev.nexusdelta.host.ObservedReplica;
import dev.nexusdelta.host.process.ProcessReplica.Phase;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.scaling.BackOff;
import dev.nexusdelta.scaling.ReplicaPlan;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows what is wanted and what runs, and moves the second towards the first as {@link ReplicaPlan}
 * says. Level-triggered: whatever happens, it plans again from what is there. All state is confined
 * to the actor's context.
 */
final class Supervisor {
  private static final Logger log = LoggerFactory.getLogger(Supervisor.class);

  private final Actor actor;
  private final Launcher launcher;
  private final Endings endings;
  private final StartGate gate;
  private final Ports ports;
  private final InstantSource clock;
  private final LongSupplier nanos;
  private final RandomGenerator random;
  private final Reports reports;
  private final Map<String, Want> wants = new LinkedHashMap<>();
  private final Roster roster = new Roster();

  Supervisor(
      Actor actor,
      Launcher launcher,
      Endings endings,
      StartGate gate,
      Ports ports,
      InstantSource clock,
      LongSupplier nanos,
      RandomGenerator random,
      Reports reports) {
    this.actor = actor;
    this.launcher = launcher;
    this.endings = endings;
    this.gate = gate;
    this.ports = ports;
    this.clock = clock;
    this.nanos = nanos;
    this.random = random;
    this.reports = reports;
  }

  /** A replica of an earlier gateway; one that was being ended goes on ending. */
  ObservedReplica adopt(Intent intent) {
    long age = Duration.between(intent.since(), clock.instant()).toNanos();
    ProcessReplica replica = ProcessReplica.adopted(intent, nanos.getAsLong() - Math.max(0, age));
    roster.add(replica);
    ports.hold(replica.port, replica.agent.key());
    if (intent.phase() == Intent.Phase.STOPPING) {
      replica.endWanted = true;
      endings.stop(replica);
    }
    return replica.observed();
  }

  /** Wants this many; until {@link #built} says how, none is started. */
  void want(Release release, int count, List<String> victims) {
    String key = keyOf(release.agent(), release.id());
    Want want = wants.computeIfAbsent(key, k -> new Want(release));
    want.release = release;
    want.count = count;
    if (count == 0) {
      // Who stops an agent and starts it again has looked after it: no penance for the past.
      want.backOff = BackOff.NONE;
    }
    want.victims = List.copyOf(victims);
    plan(want);
  }

  /** The release can be started like this, if it is still wanted. */
  void built(Release release, Build build) {
    Want want = wants.get(keyOf(release.agent(), release.id()));
    if (want != null) {
      want.build = build;
      plan(want);
    }
  }

  /** Ends one replica as if it had crashed. */
  void replace(String replicaId, String reason) {
    ProcessReplica replica = roster.find(replicaId).orElse(null);
    if (replica == null || replica.isOnItsWayOut() || replica.phase != Phase.RUNNING) {
      throw new IllegalArgumentException(
          "no running replica '" + replicaId + "' on this host: it has ended or never was here");
    }
    replica.endReason = reason;
    endings.stop(replica);
    reports.changed(replica);
    account(replica, new Exit(OptionalInt.empty(), false, reason, List.of()));
    planFor(replica);
  }

  /** Wants nothing any more; completes when nothing is left. */
  Future<Void> stopAll() {
    wants.values().forEach(want -> want.count = 0);
    List.copyOf(wants.values()).forEach(this::plan);
    roster.all().forEach(this::end);
    return roster.none();
  }

  /** The replica of this id, if it is there. */
  Optional<ProcessReplica> find(String replicaId) {
    return roster.find(replicaId);
  }

  List<ProcessReplica> all() {
    return roster.all();
  }

  /** Releases of the agent that are wanted or run. */
  Set<String> releasesInUse(AgentName agent) {
    Set<String> inUse = roster.releases(agent);
    wants.values().stream()
        .filter(w -> w.release.agent().equals(agent))
        .forEach(w -> inUse.add(w.release.id()));
    return inUse;
  }

  private void plan(Want want) {
    want.timer.ifPresent(actor::cancel);
    want.timer = OptionalLong.empty();
    AgentName agent = want.release.agent();
    List<ObservedReplica> observed = roster.observed(agent, want.release.id());
    if (want.count == 0 && observed.isEmpty()) {
      wants.remove(keyOf(agent, want.release.id()));
      return;
    }
    ReplicaPlan plan =
        ReplicaPlan.of(
            want.count,
            observed,
            roster.ordinals(agent),
            want.victims,
            want.backOff,
            nanos.getAsLong());
    plan.stops().forEach(id -> roster.find(id).ifPresent(this::end));
    Build build = want.build;
    if (build != null) {
      plan.starts().forEach(ordinal -> start(want, build, ordinal));
      plan.wakeAt().ifPresent(at -> wake(want, at));
    }
  }

  private void wake(Want want, long at) {
    Duration wait = Duration.ofNanos(at - nanos.getAsLong()).plusMillis(1);
    want.timer =
        OptionalLong.of(
            actor.after(
                wait,
                () -> {
                  want.timer = OptionalLong.empty();
                  plan(want);
                }));
  }

  private void planFor(ProcessReplica replica) {
    Want want = wants.get(keyOf(replica.agent, replica.release));
    if (want != null) {
      plan(want);
    }
  }

  private void start(Want want, Build build, int ordinal) {
    AgentName agent = want.release.agent();
    String id = "%s-%d-%06x".formatted(agent.key(), ordinal, random.nextInt(1 << 24));
    Instant now = clock.instant();
    long startedAt = nanos.getAsLong();
    ProcessReplica replica =
        new ProcessReplica(id, agent, want.release.id(), ordinal, false, now, startedAt);
    roster.add(replica);
    want.backOff = want.backOff.started(startedAt);
    gate.enter(id, () -> launch(want, build, replica));
  }

  private void launch(Want want, Build build, ProcessReplica replica) {
    if (replica.endWanted) {
      drop(replica);
      return;
    }
    OptionalInt wish = want.release.manifest().port();
    OptionalInt port = ports.take(replica.agent.key(), wish);
    if (port.isEmpty()) {
      failed(replica, "no free port is left for " + replica.agent + ": stop some agents");
      return;
    }
    replica.port = port.getAsInt();
    replica.phase = Phase.LAUNCHING;
    if (wish.isPresent() && replica.ordinal == 1 && replica.port != wish.getAsInt()) {
      log.warn(
          "{} wishes port {}, which is in use; it gets {}",
          replica.agent,
          wish.getAsInt(),
          replica.port);
    }
    actor
        .files(() -> launcher.launch(want.release, build, replica))
        .onSuccess(launched -> launched(replica, launched))
        .onFailure(e -> failed(replica, String.valueOf(e.getMessage())));
  }

  private void launched(ProcessReplica replica, Launcher.Launched launched) {
    Process process = launched.process();
    replica.pid = process.pid();
    replica.startTicks = launched.startTicks();
    replica.phase = Phase.RUNNING;
    gate.executed(replica.id, replica.port);
    // Never fails, so that nobody needs to look at what this returns.
    var unused =
        process
            .onExit()
            .thenAccept(p -> actor.run(() -> ended(replica, OptionalInt.of(p.exitValue()))));
    log.info(
        "replica {} of release {} started: pid {}, port {}",
        replica.id,
        replica.release,
        replica.pid,
        replica.port);
    if (replica.endWanted) {
      endings.stop(replica);
    }
    reports.changed(replica);
  }

  private void failed(ProcessReplica replica, String reason) {
    drop(replica);
    log.warn("replica {} cannot be started: {}", replica.id, reason);
    if (!replica.endWanted) {
      account(replica, new Exit(OptionalInt.empty(), false, reason, List.of()));
    }
    planFor(replica);
  }

  private void end(ProcessReplica replica) {
    replica.endWanted = true;
    if (replica.phase == Phase.RUNNING) {
      endings.stop(replica);
      reports.changed(replica);
    } else if (replica.phase == Phase.QUEUED) {
      gate.leave(replica.id);
    }
  }

  /** The leader of the replica has ended; {@code code} is empty where nobody can know it. */
  void ended(ProcessReplica replica, OptionalInt code) {
    if (replica.phase == Phase.ENDED) {
      return;
    }
    replica.phase = Phase.ENDED;
    gate.leave(replica.id);
    endings.settle(replica, lines -> gone(replica, code, lines));
  }

  private void gone(ProcessReplica replica, OptionalInt code, List<String> lines) {
    drop(replica);
    String how = replica.endReason == null ? ExitReason.of(code) : replica.endReason;
    Exit exit = new Exit(code, replica.endWanted, how, lines);
    log.info("replica {} ended: {}", replica.id, replica.endWanted ? "as wanted" : how);
    reports.gone(replica, exit);
    if (!replica.endWanted) {
      account(replica, exit);
    }
    planFor(replica);
  }

  /** Puts an unwanted end on the back-off's account, once. */
  private void account(ProcessReplica replica, Exit exit) {
    Want want = wants.get(keyOf(replica.agent, replica.release));
    if (want == null || want.count == 0 || replica.accounted) {
      return;
    }
    replica.accounted = true;
    want.backOff = want.backOff.failed(replica.startedAt, nanos.getAsLong());
    reports.backingOff(want, exit);
  }

  private void drop(ProcessReplica replica) {
    gate.leave(replica.id);
    if (replica.port != 0) {
      ports.free(replica.port);
    }
    roster.remove(replica);
  }

  private static String keyOf(AgentName agent, String release) {
    return agent.key() + "/" + release;
  }
}
