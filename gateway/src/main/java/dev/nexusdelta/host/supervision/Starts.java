package dev.nexusdelta.host.supervision;

import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.host.StartFailedException;
import dev.nexusdelta.host.supervision.Supervised.Phase;
import io.vertx.core.Future;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one replica needs to be started: its turn and its port, which it holds until nothing of it
 * is left. For the supervisor's context only.
 */
final class Starts<B, H> {
  private static final Logger log = LoggerFactory.getLogger(Starts.class);

  private final Runner<B, H> runner;
  private final StartGate gate;
  private final Ports ports;

  Starts(Runner<B, H> runner, StartGate gate, Ports ports) {
    this.runner = runner;
    this.gate = gate;
    this.ports = ports;
  }

  /** An adopted replica has its port already. */
  void adopted(Supervised<H> replica) {
    ports.hold(replica.port, replica.agent.key());
  }

  /** Runs {@code start} when it is the replica's turn, perhaps at once. */
  void await(Supervised<H> replica, Runnable start) {
    gate.enter(replica.id, start);
  }

  /** Gives it a port and makes it. */
  Future<Running<H>> launch(Release release, B build, Supervised<H> replica) {
    OptionalInt wish = release.manifest().port();
    OptionalInt port = ports.take(replica.agent.key(), wish);
    if (port.isEmpty()) {
      return Future.failedFuture(
          new StartFailedException(
              "no free port is left for " + replica.agent + ": stop some agents"));
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
    return runner.start(release, build, replica);
  }

  /** It runs now. */
  void started(Supervised<H> replica) {
    Running<H> running = replica.running();
    if (running != null) {
      gate.started(replica.id, running.address(), running.port());
    }
    log.info(
        "replica {} of release {} started: {}",
        replica.id,
        replica.release,
        String.valueOf(running));
  }

  /** It waits for no turn and starts no more. */
  void left(Supervised<H> replica) {
    gate.leave(replica.id);
  }

  /** Nothing of it is left. */
  void freed(Supervised<H> replica) {
    gate.leave(replica.id);
    if (replica.port != 0) {
      ports.free(replica.port);
    }
  }
}
