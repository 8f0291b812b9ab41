package dev.nexusdelta.host.supervision;

import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.host.ObservedReplica;
import dev.nexusdelta.manifest.AgentName;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Live state of one replica, from the decision to start it until nothing of it is left. For the
 * context of its {@link Supervisor} only; a {@link Runner} reads it and changes nothing but {@link
 * #graceOver}.
 *
 * @param <H> what the engine knows it by
 */
public final class Supervised<H> {
  /** How far it is. */
  public enum Phase {
    /** Wanted, but waits for its turn to be started; nothing exists. */
    QUEUED,
    /** It is being made. */
    LAUNCHING,
    RUNNING,
    /** Told to end. */
    STOPPING,
    /** It has ended; what it leaves behind may still be there. */
    ENDED
  }

  public final String id;
  public final AgentName agent;
  public final String release;
  public final int ordinal;
  public final Instant since;
  final boolean adopted;
  final long startedAt;

  Phase phase = Phase.QUEUED;

  /** The port of this machine that is given to it; 0 = none yet. */
  int port;

  @Nullable Running<H> running;

  /** Tells of its end, which came before the news of its start. */
  Optional<Runnable> earlyEnd = Optional.empty();

  /** The operator or the plan wants it gone: its end is no crash. */
  boolean endWanted;

  /** Its grace is over: whatever is left of it is killed. */
  public boolean graceOver;

  /** Nothing of it is left. */
  boolean cleared;

  /** Its end has been put on the back-off's account already. */
  boolean accounted;

  /** Why it was told to end; null = it was not, or by the plan. */
  @Nullable String endReason;

  Supervised(
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

  /**
   * One that is to be started.
   *
   * @param mark makes its id unique
   */
  static <H> Supervised<H> queued(
      Release release, int ordinal, int mark, Instant now, long startedAt) {
    String id = "%s-%d-%06x".formatted(release.agent().key(), ordinal, mark);
    return new Supervised<>(id, release.agent(), release.id(), ordinal, false, now, startedAt);
  }

  /** One of an earlier gateway, running. */
  static <H> Supervised<H> adopted(Identity identity, Running<H> running, Instant today, long now) {
    long age = Duration.between(identity.since(), today).toNanos();
    Supervised<H> replica =
        new Supervised<>(
            identity.id(),
            identity.agent(),
            identity.release(),
            identity.ordinal(),
            true,
            identity.since(),
            now - Math.max(0, age));
    replica.port = identity.port();
    replica.running = running;
    replica.phase = Phase.RUNNING;
    return replica;
  }

  /** How far it is. */
  public Phase phase() {
    return phase;
  }

  /** The port of this machine that is given to it; 0 = none yet. */
  public int port() {
    return port;
  }

  /** What it became when it was started; null before. */
  public @Nullable Running<H> running() {
    return running;
  }

  /** It was started by an earlier gateway. */
  public boolean isAdopted() {
    return adopted;
  }

  /** Whether somebody asked for its end: the plan, an operator, or health. */
  public boolean wasToldToEnd() {
    return endWanted || endReason != null;
  }

  /** What a replica of an earlier gateway is, or was when it was last seen. */
  public record Identity(
      String id, AgentName agent, String release, int ordinal, int port, Instant since) {}

  boolean isOnItsWayOut() {
    return endWanted || phase == Phase.STOPPING || phase == Phase.ENDED;
  }

  ObservedReplica observed() {
    Running<H> known = running;
    ObservedReplica.Builder seen =
        ObservedReplica.builder(
                id,
                agent,
                release,
                ordinal,
                known == null ? "127.0.0.1" : known.address(),
                known == null ? port : known.port(),
                since)
            .stopping(isOnItsWayOut())
            .adopted(adopted);
    if (known != null) {
      seen.pid(known.pid()).containerId(known.containerId()).phases(known.phases());
    }
    return seen.build();
  }
}
