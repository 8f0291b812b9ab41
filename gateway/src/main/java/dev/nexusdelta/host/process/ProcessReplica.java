package dev.nexusdelta.host.process;

import dev.nexusdelta.host.ObservedReplica;
import dev.nexusdelta.manifest.AgentName;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Live state of one replica. For the context of its {@link Supervisor} only. */
final class ProcessReplica {
  /** How far it is. */
  enum Phase {
    /** Wanted, but waits for its turn to be started; no process exists. */
    QUEUED,
    /** Its process is being made. */
    LAUNCHING,
    RUNNING,
    /** Told to end. */
    STOPPING,
    /** Its leader has ended; the rest of its group may not have. */
    ENDED
  }

  final String id;
  final AgentName agent;
  final String release;
  final int ordinal;
  final boolean adopted;
  final Instant since;
  final long startedAt;

  Phase phase = Phase.QUEUED;
  int port;
  long pid;
  long startTicks;

  /** The operator or the plan wants it gone: its end is no crash. */
  boolean endWanted;

  /** Its grace is over: whatever is left of it is killed. */
  boolean graceOver;

  /** Its end has been put on the back-off's account already. */
  boolean accounted;

  /** Why it was told to end; null = it was not, or by the plan. */
  @Nullable String endReason;

  ProcessReplica(
      String id,
      AgentName agent,
      String release,
      int ordinal,
      boolean adopted,
      Instant since,
      long startedAt) {
    this.id = id;
    this.agent = agent;
    this.release = release;
    this.ordinal = ordinal;
    this.adopted = adopted;
    this.since = since;
    this.startedAt = startedAt;
  }

  /** One of an earlier gateway, running. */
  static ProcessReplica adopted(Intent intent, long startedAt) {
    ProcessReplica replica =
        new ProcessReplica(
            intent.id(),
            intent.agent(),
            intent.release(),
            intent.ordinal(),
            true,
            intent.since(),
            startedAt);
    replica.phase = Phase.RUNNING;
    replica.port = intent.port();
    replica.pid = intent.pid();
    replica.startTicks = intent.startTicks();
    return replica;
  }

  boolean isOnItsWayOut() {
    return endWanted || phase == Phase.STOPPING || phase == Phase.ENDED;
  }

  Intent intent(Intent.Phase written, String bootId) {
    return new Intent(id, agent, release, ordinal, port, since, written, pid, startTicks, bootId);
  }

  ObservedReplica observed() {
    return new ObservedReplica(
        id,
        agent,
        release,
        ordinal,
        "127.0.0.1",
        port,
        pid == 0 ? OptionalLong.empty() : OptionalLong.of(pid),
        Optional.empty(),
        isOnItsWayOut(),
        adopted,
        since);
  }
}
