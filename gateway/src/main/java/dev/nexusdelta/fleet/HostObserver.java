package dev.nexusdelta.fleet;

import dev.nexusdelta.host.Exit;
import dev.nexusdelta.host.HostEvent;
import dev.nexusdelta.host.ObservedReplica;
import dev.nexusdelta.host.ReplicaHost;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what one host reports into the agents. Only on the fleet's context. */
final class HostObserver implements HostEvent.Visitor {
  private static final Logger LOG = LoggerFactory.getLogger(HostObserver.class);

  private final AgentTools with;
  private final ReplicaHost host;
  private final Map<String, LiveAgent> agents;
  private final Replica.SignalSink signals;
  private boolean away;

  HostObserver(
      AgentTools with,
      ReplicaHost host,
      Map<String, LiveAgent> agents,
      Replica.SignalSink signals) {
    this.with = with;
    this.host = host;
    this.agents = agents;
    this.signals = signals;
  }

  /** Everything that ran before this gateway did. */
  void adopted(List<ObservedReplica> all) {
    all.forEach(replica -> seen(replica, true));
    trouble(host.trouble());
  }

  @Override
  public void trouble(Optional<String> reason) {
    if (reason.isPresent() != away) {
      away = reason.isPresent();
      with.events()
          .add(
              away ? "host.away" : "host.back",
              Optional.empty(),
              Optional.empty(),
              "host",
              host.kind() + reason.map(text -> ": " + text).orElse(": starts and stops again"));
    }
    // What was put off is decided now, and everybody reads why nothing moves, or that it does.
    agents.values().forEach(with.loop()::changed);
  }

  @Override
  public void resynced(List<ObservedReplica> all) {
    Set<String> present = new HashSet<>();
    all.forEach(replica -> present.add(replica.id()));
    for (LiveAgent agent : List.copyOf(agents.values())) {
      for (LiveReplica replica : agent.replicas()) {
        if (replica.host == host && !present.contains(replica.id())) {
          gone(
              replica.seen,
              new Exit(OptionalInt.empty(), false, "gone while its host was away", List.of()),
              "host_away");
        }
      }
    }
    all.forEach(this::changed);
  }

  @Override
  public void changed(ObservedReplica replica) {
    seen(replica, false);
  }

  private void seen(ObservedReplica replica, boolean adopted) {
    LiveAgent agent = agents.get(replica.agent().key());
    if (agent == null) {
      end(replica);
      return;
    }
    LiveReplica live = agent.replica(replica.id());
    if (live == null) {
      live = join(agent, replica, adopted);
    } else {
      live.seen = replica;
    }
    if (replica.stopping()) {
      agent.withdraw(live);
    }
    with.loop().changed(agent);
  }

  private LiveReplica join(LiveAgent agent, ObservedReplica seen, boolean adopted) {
    LiveRelease release = agent.releases().of(seen.release(), host);
    Replica replica =
        new Replica(
            seen.id(),
            agent.spec().name(),
            seen.ordinal(),
            seen.release(),
            SocketAddress.inetSocketAddress(seen.port(), seen.address()),
            agent.manifest().limits().concurrency(),
            release.tools(),
            with.parts().circuits().apply(seen.id()),
            signals);
    if (!seen.name().isEmpty()) {
      replica.askedAs(seen.name());
    }
    LiveReplica live =
        new LiveReplica(agent, release, host, replica, seen, adopted, with.loop().now());
    agent.joined(live);
    return live;
  }

  /** A replica of an agent that does not exist: nobody wants it. */
  private void end(ObservedReplica replica) {
    if (replica.stopping()) {
      return;
    }
    with.event(
        "replica.draining", replica.agent(), replica.id(), "gateway", "its agent does not exist");
    host.apply(Releases.unknown(replica.agent(), replica.release()), 0, List.of(replica.id()))
        .onFailure(
            failure ->
                LOG.warn(
                    "replica {} of no agent could not be ended: {}",
                    replica.id(),
                    String.valueOf(failure.getMessage())));
  }

  @Override
  public void gone(ObservedReplica seen, Exit exit) {
    gone(seen, exit, "crash");
  }

  private void gone(ObservedReplica seen, Exit exit, String cause) {
    LiveAgent agent = agents.get(seen.agent().key());
    LiveReplica replica = agent == null ? null : agent.replica(seen.id());
    if (agent == null || replica == null) {
      return;
    }
    boolean meant = exit.wanted() || replica.leaving();
    with.event("replica.gone", seen.agent(), seen.id(), "host", exit.reason());
    if (!meant) {
      with.metrics().restarted(agent.key(), cause);
    }
    agent.left(replica);
  }

  @Override
  public void backingOff(
      AgentName name, String releaseId, int failures, Exit last, Duration delay) {
    LiveAgent agent = agents.get(name.key());
    LiveRelease release = agent == null ? null : agent.releases().find(releaseId);
    if (agent == null || release == null) {
      return;
    }
    String reason = last.reason();
    List<String> lines = last.lastLines();
    LiveRelease.Failure known = release.failure;
    if (known != null && (last.wanted() || reason.equals(known.reason()))) {
      // The end that health asked for says less than why health asked for it.
      reason = known.reason();
      lines = known.lastLines();
    }
    release.failures = Math.max(failures, release.overdue ? release.failures : 0);
    with.event(
        "replica.failed",
        name,
        null,
        "host",
        reason + " (" + failures + " in a row; next start in " + delay.toMillis() + " ms)");
    agent.failed(release, new LiveRelease.Failure(reason, lines, delay));
    with.loop().changed(agent);
  }
}
