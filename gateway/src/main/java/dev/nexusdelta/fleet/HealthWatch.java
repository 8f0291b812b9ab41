package dev.nexusdelta.fleet;

import dev.nexusdelta.health.HealthMachine;
import dev.nexusdelta.health.HealthSettings;
import dev.nexusdelta.health.HealthState;
import dev.nexusdelta.health.Phase;
import dev.nexusdelta.health.Signal;
import dev.nexusdelta.manifest.Manifest;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Probes every replica for as long as it lives and tells its agent when its health changes. Only on
 * the fleet's context.
 */
final class HealthWatch {
  private static final Duration AT_ONCE = Duration.ofMillis(1);
  private static final Duration HURRY = Duration.ofMillis(25);

  private final FleetLoop loop;
  private final Prober prober;
  private final RandomGenerator random;

  HealthWatch(FleetLoop loop, Prober prober, RandomGenerator random) {
    this.loop = loop;
    this.prober = prober;
    this.random = random;
  }

  /** Begins to probe; an adopted replica at once, as it may serve already. */
  void start(LiveReplica replica) {
    schedule(
        replica,
        replica.adopted
            ? Duration.ofMillis(1)
            : HealthMachine.probeDelay(replica.health, settings(replica)));
  }

  /** Ends the probing. */
  void stop(LiveReplica replica) {
    loop.cancel(replica.timer);
    replica.timer = -1;
  }

  /** A call broke. */
  void callBroke(LiveReplica replica, String reason) {
    Phase before = replica.phase();
    signal(replica, Signal.callBroke(reason));
    if (before == Phase.HEALTHY && replica.phase() == Phase.SUSPECT && !replica.probing) {
      schedule(replica, HealthMachine.probeDelay(replica.health, settings(replica)));
    }
  }

  /**
   * It treats its calls worse than its peers do.
   *
   * @param kind of what it does, for metrics
   */
  void outlier(LiveReplica replica, String kind, String reason) {
    replica.ejectedBy = kind;
    signal(replica, Signal.outlier(reason));
    replica.ejectedBy = "health";
  }

  /** Takes it out for good. */
  void drain(LiveReplica replica, String reason) {
    stop(replica);
    signal(replica, Signal.drain(reason));
  }

  /** Somebody waits for it: asks now unless it was asked a moment ago. */
  void hurry(LiveReplica replica) {
    if (replica.is(Phase.STARTING)
        && !replica.probing
        && loop.now() - replica.lastProbe > HURRY.toNanos()) {
      schedule(replica, Duration.ofMillis(1));
    }
  }

  private void schedule(LiveReplica replica, Duration delay) {
    stop(replica);
    replica.timer = loop.after(delay, () -> probe(replica));
  }

  private void probe(LiveReplica replica) {
    replica.timer = -1;
    if (replica.leaving() || replica.phase() == Phase.DRAINING || replica.probing) {
      return;
    }
    Manifest.Health health = replica.agent.manifest().health();
    replica.probing = true;
    long began = loop.now();
    prober
        .probe(replica.replica.address(), replica.replica.host(), health.path(), health.timeout())
        .onSuccess(result -> loop.post(() -> probed(replica, result, began)));
  }

  private void probed(LiveReplica replica, ProbeResult result, long began) {
    replica.probing = false;
    replica.lastProbe = loop.now();
    long took = replica.lastProbe - began;
    if (replica.leaving() || replica.phase() == Phase.DRAINING) {
      return;
    }
    if (replica.accepts != result.accepts() || replica.portOnly != result.portOnly()) {
      replica.accepts = result.accepts();
      replica.portOnly = result.portOnly();
      loop.changed(replica.agent);
    }
    signal(replica, result.ready() ? Signal.probeOk() : Signal.probeFailed(result.reason()));
    Optional<String> hopeless =
        HealthMachine.hopeless(replica.health, settings(replica), loop.now());
    hopeless.ifPresent(reason -> replica.agent.hopeless(replica, reason));
    if (!replica.leaving()) {
      schedule(replica, next(replica, took));
    }
  }

  /**
   * From the begin of the last probe on, so that one that hangs is not given its time-out and the
   * pause. Only the long pauses of healthy replicas are spread: hundreds must not answer in step.
   */
  private Duration next(LiveReplica replica, long took) {
    long delay = HealthMachine.probeDelay(replica.health, settings(replica)).toNanos();
    if (replica.phase() == Phase.HEALTHY) {
      delay = (long) (delay * (0.8 + 0.2 * random.nextDouble()));
    }
    return Duration.ofNanos(Math.max(AT_ONCE.toNanos(), delay - took));
  }

  private void signal(LiveReplica replica, Signal signal) {
    HealthState before = replica.health;
    replica.health = HealthMachine.next(before, signal, settings(replica), loop.now());
    if (replica.phase() != before.phase()) {
      replica.agent.healthChanged(replica, before.phase());
    }
  }

  private static HealthSettings settings(LiveReplica replica) {
    Manifest.Health health = replica.agent.manifest().health();
    return new HealthSettings(health.interval(), health.start());
  }
}
