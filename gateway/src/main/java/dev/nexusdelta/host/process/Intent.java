package dev.nexusdelta.host.process;

import dev.nexusdelta.host.supervision.Running;
import dev.nexusdelta.host.supervision.Supervised;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.json.JsonObject;
import java.time.Instant;

/**
 * What is durable of one replica: written before its process exists, gone after the last process of
 * its group is.
 *
 * @param pid 0 = not known to be started
 * @param startTicks of that pid since boot
 * @param bootId of the machine's run that pid and ticks belong to; empty text before the start
 */
record Intent(
    String id,
    AgentName agent,
    String release,
    int ordinal,
    int port,
    Instant since,
    Phase phase,
    long pid,
    long startTicks,
    String bootId) {

  /** How far it was when the record was last written. */
  enum Phase {
    STARTING,
    RUNNING,
    STOPPING
  }

  /** The record of a replica as it is now. */
  static Intent of(Supervised<Spawned> replica, Phase written, String bootId) {
    Running<Spawned> running = replica.running();
    return new Intent(
        replica.id,
        replica.agent,
        replica.release,
        replica.ordinal,
        replica.port(),
        replica.since,
        written,
        running == null ? 0 : running.handle().pid(),
        running == null ? 0 : running.handle().startTicks(),
        bootId);
  }

  Supervised.Identity identity() {
    return new Supervised.Identity(id, agent, release, ordinal, port, since);
  }

  Intent running(long newPid, long ticks, String boot) {
    return new Intent(id, agent, release, ordinal, port, since, Phase.RUNNING, newPid, ticks, boot);
  }

  Intent stopping() {
    return new Intent(
        id, agent, release, ordinal, port, since, Phase.STOPPING, pid, startTicks, bootId);
  }

  String toJson() {
    return new JsonObject()
        .put("id", id)
        .put("agent", agent.value())
        .put("release", release)
        .put("ordinal", ordinal)
        .put("port", port)
        .put("since", since.toString())
        .put("phase", phase.name())
        .put("pid", pid)
        .put("startTicks", startTicks)
        .put("bootId", bootId)
        .encode();
  }

  /** Fails with a {@link RuntimeException} on anything but a whole record. */
  static Intent fromJson(String text) {
    JsonObject json = new JsonObject(text);
    return new Intent(
        json.getString("id"),
        new AgentName(json.getString("agent")),
        json.getString("release"),
        json.getInteger("ordinal"),
        json.getInteger("port"),
        Instant.parse(json.getString("since")),
        Phase.valueOf(json.getString("phase")),
        json.getLong("pid"),
        json.getLong("startTicks"),
        json.getString("bootId"));
  }
}
