package dev.nexusdelta.host.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.host.ReplicaStats;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class StatsSampleTest {
  @Test
  void leavesOutReclaimableCacheOnCgroup1() {
    // "cache" and "inactive_file" are of the group alone, the totals are with its children.
    assertThat(sample(1_000, "'cache':900,'inactive_file':1,'total_inactive_file':300"))
        .isEqualTo(new ReplicaStats(700, Duration.ofNanos(42)));
  }

  @Test
  void leavesOutReclaimableCacheOnCgroup2() {
    assertThat(sample(1_000, "'file':900,'inactive_file':250").memoryBytes()).isEqualTo(750);
  }

  @Test
  void takesTheUsageWhereTheCacheIsNotPartOfIt() {
    assertThat(sample(1_000, "'total_inactive_file':1000").memoryBytes()).isEqualTo(1_000);
    assertThat(sample(1_000, "").memoryBytes()).isEqualTo(1_000);
  }

  @Test
  void saysNothingOfAContainerThatDoesNotRun() {
    assertThat(StatsSample.of(new JsonObject("{\"memory_stats\":{},\"cpu_stats\":{}}"))).isEmpty();
    assertThat(StatsSample.of(new JsonObject())).isEmpty();
  }

  private static ReplicaStats sample(long usage, String details) {
    String json =
        "{'memory_stats':{'usage':%d,'stats':{%s}},'cpu_stats':{'cpu_usage':{'total_usage':42}}}"
            .formatted(usage, details);
    return StatsSample.of(new JsonObject(json.replace('\'', '"'))).orElseThrow();
  }
}
