package dev.nexusdelta.admin;

import dev.nexusdelta.scaling.DecisionEntry;
import dev.nexusdelta.scaling.Replay;
import dev.nexusdelta.scaling.ScalingRecord;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What became of an agent's replicas while its load was recorded, in the form of a {@link Replay}.
 *
 * @param from when the recording begins
 * @param until now
 * @param begin replicas wanted at the beginning
 * @param changes the oldest first
 */
record PastChanges(Instant from, Instant until, int begin, List<DecisionEntry> changes) {

  static PastChanges of(ScalingRecord story, int desired, Instant now) {
    Instant from = now.minusSeconds(story.load().seconds());
    List<DecisionEntry> changes = new ArrayList<>();
    for (DecisionEntry entry : story.decisions()) {
      if (entry.scales() && !entry.first().isBefore(from)) {
        changes.add(entry);
      }
    }
    Collections.reverse(changes);
    int begin = changes.isEmpty() ? desired : changes.get(0).input().desired();
    return new PastChanges(from, now, begin, changes);
  }

  /** What a replay says, with its seconds as times. */
  JsonObject would(Replay replay) {
    return new JsonObject()
        .put("peak", replay.peak())
        .put("replicaSeconds", replay.replicaSeconds())
        .put("shortSeconds", replay.shortSeconds())
        .put(
            "changes",
            AgentJson.list(
                replay.changes(),
                change ->
                    change(
                        from.plusSeconds(change.second()),
                        change.from(),
                        change.to(),
                        change.cause(),
                        change.reason())));
  }

  /** What was. */
  JsonObject did() {
    int peak = begin;
    long replicaSeconds = 0;
    int replicas = begin;
    Instant since = from;
    for (DecisionEntry entry : changes) {
      replicaSeconds += replicas * seconds(since, entry.first());
      since = entry.first();
      replicas = entry.decision().replicas();
      peak = Math.max(peak, replicas);
    }
    return new JsonObject()
        .put("peak", peak)
        .put("replicaSeconds", replicaSeconds + replicas * seconds(since, until))
        .put(
            "changes",
            AgentJson.list(
                changes,
                entry ->
                    change(
                        entry.first(),
                        entry.input().desired(),
                        entry.decision().replicas(),
                        entry.decision().cause(),
                        entry.decision().reason())));
  }

  private static long seconds(Instant from, Instant until) {
    return Math.round(Duration.between(from, until).toMillis() / 1e3);
  }

  private static JsonObject change(Instant at, int from, int to, String cause, String reason) {
    return new JsonObject()
        .put("at", at.toString())
        .put("from", from)
        .put("to", to)
        .put("cause", cause)
        .put("reason", reason);
  }
}
