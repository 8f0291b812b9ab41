package dev.nexusdelta.host.docker;

import dev.nexusdelta.host.ReplicaStats;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Optional;

/** The arithmetic of the engine's statistics. Pure. */
final class StatsSample {
  private StatsSample() {}

  /**
   * Memory in use as {@code docker stats} counts it: without the part of the page cache that could
   * be dropped at any time ({@code total_inactive_file} on cgroup v1, {@code inactive_file} on v2).
   *
   * @return empty for a container that does not run
   */
  static Optional<ReplicaStats> of(JsonObject json) {
    JsonObject memory = json.getJsonObject("memory_stats", new JsonObject());
    Long usage = memory.getLong("usage");
    if (usage == null) {
      return Optional.empty();
    }
    JsonObject details = memory.getJsonObject("stats", new JsonObject());
    Long reclaimable = details.getLong("total_inactive_file", details.getLong("inactive_file", 0L));
    long used = reclaimable < usage ? usage - reclaimable : usage;
    long nanos =
        json.getJsonObject("cpu_stats", new JsonObject())
            .getJsonObject("cpu_usage", new JsonObject())
            .getLong("total_usage", 0L);
    return Optional.of(new ReplicaStats(used, Duration.ofNanos(nanos)));
  }
}
