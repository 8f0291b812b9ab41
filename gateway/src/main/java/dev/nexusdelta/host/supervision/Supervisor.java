package dev.nexusdelta.host.supervision;

import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.host.Exit;
import dev.nexusdelta.host.ObservedReplica;
import dev.nexusdelta.host.supervision.Supervised.Phase;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.scaling.BackOff;
import dev.nexusdelta.scaling.ReplicaPlan;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
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
 *
 * <p>While its engine is away it is suspended: wishes are taken, but nothing is started or stopped,
 * and nothing is held for gone.
 *
 * @param <B> what a release is prepared into
 * @param <H> what the engine knows a replica by
 */
public final class Supervisor<B, H> {
  private static final Logger log = LoggerFactory.getLogger(Supervisor.class);

  /** A start that found the engine away is tried again after this, unless it is suspended. */
  private static final Duration AWAY = Duration.ofSeconds(1);

  private final Actor actor;
  private final Runner<B, H> runner;
  private final Starts<B, H> starts;
  private final InstantSource clock;
  private final LongSupplier nanos;
  private final RandomGenerator random;
  private final Reports reports;
  private boolean suspended;
  private final Wants<B> wants = new Wants<>();
  private final Roster<H> roster = new Roster<>();

  /**
   * @param clock wall clock, for times that people see
   * @param nanos monotonic clock
   * @param random makes ids
   */
  public Supervisor(
      Actor actor,
      Runner<B, H> runner,
      StartGate gate,
      Ports ports,
      InstantSource clock,
      LongSupplier nanos,
      RandomGenerator random,
      Reports reports) {
    this.actor = actor;
    this.runner = runner;
    this.starts = new Starts<>(runner, gate, ports);
    this.clock = clock;
    this.nanos = nanos;
    this.random = random;
    this.reports = reports;
  }

  /**
   * A replica of an earlier gateway, running.
   *
   * @param stopping it was being ended, and goes on ending
   */
  public ObservedReplica adopt(Supervised.Identity identity, Running<H> running, boolean stopping) {
    Supervised<H> replica =
        Supervised.adopted(identity, running, clock.instant(), nanos.getAsLong());
    roster.add(replica);
    starts.adopted(replica);
    if (stopping) {
      replica.endWanted = true;
      stop(replica);
    }
    return replica.observed();
  }

  /** Wants this many; until {@link #built} says how, none is started. */
  public void want(Release release, int count, List<String> victims) {
    Want<B> want = wants.of(release);
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
  public void built(Release release, B build) {
    wants.find(release.agent(), release.id()).ifPresent(want -> plan(want.with(build)));
  }

  /** Ends one replica as if it had crashed. */
  public void replace(String replicaId, String reason) {
    Supervised<H> replica = roster.find(replicaId).orElse(null);
    if (replica == null || replica.isOnItsWayOut() || replica.phase != Phase.RUNNING) {
      throw new IllegalArgumentException(
          "no running replica '" + replicaId + "' on this host: it has ended or never was here");
    }
    replica.endReason = reason;
    stop(replica);
    reports.changed(replica);
    account(replica, new Exit(OptionalInt.empty(), false, reason, List.of()));
    planFor(replica);
  }

  /**
   * Wants nothing any more.
   *
   * @return completes when nothing is left; fails where all has ended but something of it cannot be
   *     cleared away
   */
  public Future<Void> stopAll() {
    wants.all().forEach(want -> want.count = 0);
    planAll();
    roster.all().forEach(this::end);
    return roster.none(actor);
  }

  /** The replica of this id, if it is there. */
  public Optional<Supervised<H>> find(String replicaId) {
    return roster.find(replicaId);
  }

  /** It has ended, and what is left of it is being cleared away. */
  public boolean isLeft(String replicaId) {
    return roster.isLeft(replicaId);
  }

  /** Every replica that there is, also those that are not started yet. */
  public List<Supervised<H>> all() {
    return roster.all();
  }

  /** All that run or are ending, as an observer sees them. */
  public List<ObservedReplica> observed() {
    return roster.shown();
  }

  /** Releases of the agent that are wanted or run. */
  public Set<String> releasesInUse(AgentName agent) {
    Set<String> inUse = roster.releases(agent);
    inUse.addAll(wants.releases(agent));
    return inUse;
  }

  /** The engine is away: from now on nothing is started or stopped. */
  public void suspend() {
    suspended = true;
  }

  /**
   * The engine is back, and the host has told what has ended meanwhile: what was put off is done.
   */
  public void resume() {
    suspended = false;
    roster.all().stream().filter(r -> r.phase == Phase.STOPPING).forEach(runner::stop);
    planAll();
  }

  /** Something was adopted that nobody asked for. */
  public void planAll() {
    wants.all().forEach(this::plan);
  }

  private void stop(Supervised<H> replica) {
    replica.phase = Phase.STOPPING;
    if (!suspended) {
      runner.stop(replica);
    }
  }

  private void plan(Want<B> want) {
    if (suspended) {
      return;
    }
    want.timer.ifPresent(actor::cancel);
    want.timer = OptionalLong.empty();
    AgentName agent = want.release.agent();
    List<ObservedReplica> observed = roster.observed(agent, want.release.id());
    if (want.count == 0 && observed.isEmpty()) {
      wants.remove(want);
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
    B build = want.build;
    if (build != null) {
      plan.starts().forEach(ordinal -> start(want, build, ordinal));
      plan.wakeAt().ifPresent(at -> wake(want, at));
    }
  }

  private void wake(Want<B> want, long at) {
    Duration wait = Duration.ofNanos(at - nanos.getAsLong()).plusMillis(1);
    want.timer = OptionalLong.of(actor.after(wait, () -> plan(want)));
  }

  private void planFor(Supervised<H> replica) {
    wants.find(replica.agent, replica.release).ifPresent(this::plan);
  }

  private void start(Want<B> want, B build, int ordinal) {
    long startedAt = nanos.getAsLong();
    Supervised<H> replica =
        Supervised.queued(
            want.release, ordinal, random.nextInt(1 << 24), clock.instant(), startedAt);
    roster.add(replica);
    want.backOff = want.backOff.started(startedAt);
    starts.await(replica, () -> launch(want, build, replica));
  }

  private void launch(Want<B> want, B build, Supervised<H> replica) {
    if (replica.endWanted || suspended) {
      drop(replica);
      return;
    }
    starts
        .launch(want.release, build, replica)
        .onSuccess(running -> started(replica, running))
        .onFailure(e -> failed(replica, e));
  }

  private void started(Supervised<H> replica, Running<H> running) {
    replica.running = running;
    replica.phase = Phase.RUNNING;
    starts.started(replica);
    runner.watch(replica, code -> ended(replica, code, ExitReason.of(code)));
    if (replica.endWanted) {
      stop(replica);
    }
    reports.changed(replica);
    replica.earlyEnd.ifPresent(Runnable::run);
  }

  private void failed(Supervised<H> replica, Throwable cause) {
    String reason = String.valueOf(cause.getMessage());
    drop(replica);
    log.warn("replica {} cannot be started: {}", replica.id, reason);
    if (cause instanceof EngineAwayException) {
      actor.after(AWAY, () -> planFor(replica));
      return;
    }
    if (!replica.endWanted) {
      account(replica, new Exit(OptionalInt.empty(), false, reason, List.of()));
    }
    planFor(replica);
  }

  private void end(Supervised<H> replica) {
    replica.endWanted = true;
    if (replica.phase == Phase.RUNNING) {
      stop(replica);
      reports.changed(replica);
    } else if (replica.phase == Phase.QUEUED) {
      starts.left(replica);
    }
  }

  /**
   * The replica has ended.
   *
   * @param code empty where nobody can know it
   * @param how one line for people, used unless it was told to end
   */
  public void ended(Supervised<H> replica, OptionalInt code, String how) {
    if (replica.phase == Phase.ENDED) {
      return;
    }
    if (replica.phase == Phase.LAUNCHING) {
      // Its engine is quicker to tell of the end than of the start.
      replica.earlyEnd = Optional.of(() -> ended(replica, code, how));
      return;
    }
    replica.phase = Phase.ENDED;
    starts.left(replica);
    runner.settle(replica, lines -> gone(replica, code, how, lines), () -> cleared(replica));
  }

  private void gone(Supervised<H> replica, OptionalInt code, String how, List<String> lines) {
    roster.gone(replica);
    String reason = replica.endReason == null ? how : replica.endReason;
    Exit exit = new Exit(code, replica.endWanted, reason, lines);
    log.info("replica {} ended: {}", replica.id, replica.endWanted ? "as wanted" : reason);
    reports.gone(replica, exit);
    if (!replica.endWanted) {
      account(replica, exit);
    }
    planFor(replica);
  }

  /** Puts an unwanted end on the back-off's account, once. */
  private void account(Supervised<H> replica, Exit exit) {
    wants
        .find(replica.agent, replica.release)
        .filter(want -> want.count > 0 && !replica.accounted)
        .ifPresent(
            want -> {
              replica.accounted = true;
              want.backOff = want.backOff.failed(replica.startedAt, nanos.getAsLong());
              reports.backingOff(want, exit);
            });
  }

  private void cleared(Supervised<H> replica) {
    starts.freed(replica);
    roster.cleared(replica);
  }

  private void drop(Supervised<H> replica) {
    starts.freed(replica);
    roster.remove(replica);
  }
}
