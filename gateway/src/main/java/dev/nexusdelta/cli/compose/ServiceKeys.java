package dev.nexusdelta.cli.compose;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which keys of a service are read, and why the others are not. */
final class ServiceKeys {
  private static final Set<String> READ =
      Set.of(
          "image",
          "build",
          "command",
          "entrypoint",
          "environment",
          "ports",
          "expose",
          "labels",
          "mem_limit",
          "cpus",
          "deploy",
          "scale",
          "volumes");

  private static final String OURS = "Nexus Delta does that for every agent by itself";

  private static final Map<String, String> WHY =
      Stream.concat(
              Stream.of(
                      "restart",
                      "init",
                      "cap_drop",
                      "read_only",
                      "security_opt",
                      "tmpfs",
                      "logging",
                      "ulimits",
                      "pids_limit",
                      "container_name",
                      "hostname",
                      "networks",
                      "healthcheck",
                      "stop_grace_period",
                      "user",
                      "memswap_limit")
                  .map(key -> Map.entry(key, OURS)),
              Stream.of(
                  Map.entry("depends_on", "agents start in any order and wait for each other"),
                  Map.entry("env_file", "put its lines under env: in agent.yaml"),
                  Map.entry(
                      "secrets", "list names under secrets: in agent.yaml, then nexus secret set"),
                  Map.entry("privileged", "an agent gets no privileges"),
                  Map.entry("cap_add", "an agent gets no privileges"),
                  Map.entry("devices", "an agent gets no devices"),
                  Map.entry("network_mode", "an agent has a network address of its own"),
                  Map.entry("extends", "write its keys into the service itself")))
          .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

  private ServiceKeys() {}

  /** Notes every key that has no effect. */
  static void noteIgnored(Iterable<Map.Entry<String, Integer>> keys, Findings findings) {
    for (Map.Entry<String, Integer> key : keys) {
      if (!READ.contains(key.getKey()) && !key.getKey().startsWith("x-")) {
        findings.ignore(
            key.getKey(),
            key.getValue(),
            WHY.getOrDefault(key.getKey(), "agent.yaml has no counterpart"));
      }
    }
  }
}
