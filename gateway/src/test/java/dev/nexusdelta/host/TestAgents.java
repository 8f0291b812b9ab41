package dev.nexusdelta.host;

import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.Run;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Releases for tests. */
public final class TestAgents {
  private TestAgents() {}

  /** A release with nothing special. */
  public static Release release(String agent, String id, Run run) {
    return release(agent, id, run, OptionalInt.empty(), Map.of(), List.of());
  }

  /** A release with what the host looks at. */
  public static Release release(
      String agent,
      String id,
      Run run,
      OptionalInt port,
      Map<String, String> env,
      List<String> secrets) {
    AgentName name = new AgentName(agent);
    Manifest manifest =
        new Manifest(
            name,
            "1.0.0",
            "",
            "",
            "",
            List.of(),
            run,
            port,
            env,
            secrets,
            new Manifest.Resources(OptionalLong.empty(), OptionalDouble.empty()),
            new Manifest.Health(
                "/health", Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(60)),
            new Manifest.Limits(Duration.ofSeconds(30), Duration.ofSeconds(300), 64, 128, 4 << 20),
            Manifest.Balance.ROUND_ROBIN,
            Optional.empty(),
            List.of(),
            List.of(),
            List.of());
    return new Release(name, id, "1.0.0", manifest, "", 0, 100, List.of(), Instant.EPOCH);
  }
}
