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
    prober
        .probe(replica.replica.address(), health.path(), health.timeout())
        .onSuccess(result -> loop.post(() -> probed(replica, result)));
  }

  private void probed(LiveReplica replica, ProbeResult result) {
    replica.probing = false;
    replica.lastProbe = loop.now();
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
      schedule(replica, jittered(replica));
    }
  }

  /** Only the long pauses of healthy replicas are spread: hundreds must not answer in step. */
  private Duration jittered(LiveReplica replica) {
    Duration delay = HealthMachine.probeDelay(replica.health, settings(replica));
    return replica.phase() == Phase.HEALTHY
        ? Duration.ofNanos((long) (delay.toNanos() * (0.9 + 0.2 * random.nextDouble())))
        : delay;
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
