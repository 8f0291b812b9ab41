package dev.nexusdelta.cli.export;

import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.Run;
import dev.nexusdelta.sdk.JsonValue;
import java.util.List;
import java.util.Map;

/** Services of a compose file. Pure. */
final class ServiceText {
  /** Inside every container that is not built by others. */
  private static final int PORT = 8080;

  private static final long MIB = 1L << 20;
  private static final long JAVA_MEMORY = 192 * MIB;
  private static final long OTHER_MEMORY = 512 * MIB;
  private static final String GRACE = "10s";
  private static final List<String> JAVA_PROBE =
      List.of("CMD", "/nexus/java/bin/java", "@/nexus/jvm.options", "@/nexus/probe.options");

  private ServiceText() {}

  /** Where an agent listens inside its container. */
  static int port(Run run) {
    return run instanceof Run.Image image ? image.containerPort() : PORT;
  }

  /**
   * An agent.
   *
   * @param environment of the manifest, ready for the file
   * @param gateway the gateway's service
   */
  static JsonValue agent(
      Manifest manifest, String service, Map<String, String> environment, String gateway) {
    Run run = manifest.run();
    JsonValue text = origin(run, service);
    JsonValue variables = JsonValue.object();
    for (Map.Entry<String, String> variable : environment.entrySet()) {
      variables = variables.with(variable.getKey(), variable.getValue());
    }
    variables =
        variables
            .with("AGENT_NAME", manifest.name().value())
            .with("AGENT_VERSION", manifest.version())
            .with("HOST", "0.0.0.0")
            .with("PORT", Integer.toString(port(run)))
            .with("NEXUS_URL", "http://" + gateway + ":" + PORT);
    text =
        text.with("environment", variables)
            .with(
                "labels",
                JsonValue.object()
                    .with("nexus.agent", manifest.name().value())
                    .with("nexus.version", manifest.version())
                    .with("nexus.port", Integer.toString(port(run))));
    long memory =
        manifest
            .resources()
            .memoryBytes()
            .orElse(run instanceof Run.Java ? JAVA_MEMORY : OTHER_MEMORY);
    text = bounded(text, memory, 256).with("tmpfs", List.of("/tmp:size=64m,noexec,nosuid,nodev"));
    if (manifest.resources().cpus().isPresent()) {
      text = text.with("cpus", manifest.resources().cpus().getAsDouble());
    }
    if (run instanceof Run.Java) {
      text = text.with("user", "65532:65532").with("healthcheck", health(JAVA_PROBE, "60s"));
    }
    int least = manifest.scale().map(Manifest.Scale::min).orElse(1);
    return least > 1 ? text.with("scale", least) : text;
  }

  private static JsonValue origin(Run run, String service) {
    JsonValue built = JsonValue.object().with("build", "./build/" + service);
    return run.fold(
        java -> built,
        command ->
            built
                .with("user", "65532:65532")
                .with("entrypoint", List.of("/bin/sh", "-c"))
                .with("command", List.of(ShellVariables.literal(command.line()))),
        image -> {
          JsonValue text =
              JsonValue.object()
                  .with("image", ShellVariables.literal(image.reference()))
                  .with("user", "65532:65532");
          List<String> volumes =
              image.volumes().stream()
                  .map(it -> it.name() + ":" + it.path() + (it.readOnly() ? ":ro" : ""))
                  .toList();
          return volumes.isEmpty() ? text : text.with("volumes", volumes);
        },
        url -> {
          throw new IllegalArgumentException("runs elsewhere");
        });
  }

  /** The gateway: in front of all, and the only one with a port on the machine. */
  static JsonValue gateway(String image, String service) {
    JsonValue text =
        JsonValue.object()
            .with("image", image)
            .with("ports", List.of("127.0.0.1:${NEXUS_PORT:-8080}:" + PORT))
            .with(
                "environment",
                JsonValue.object()
                    // Its port is published on loopback only.
                    .with("NEXUS_LISTEN_WITHOUT_KEYS", "true")
                    .with("NEXUS_HOSTS", service)
                    .with("NEXUS_URL", "http://" + service + ":" + PORT))
            .with("volumes", List.of("./agents:/agents:ro", "gateway:/data"));
    return bounded(text, OTHER_MEMORY, 512)
        // It unpacks native code there.
        .with("tmpfs", List.of("/tmp:size=64m,exec,nosuid,nodev"))
        .with("healthcheck", health(List.of("CMD", "/nexus/bin/nexus", "probe"), "20s"));
  }

  /** What all containers have in common. */
  static JsonValue common() {
    return JsonValue.object()
        .with("cap_drop", List.of("ALL"))
        .with("security_opt", List.of("no-new-privileges:true"))
        .with("read_only", true)
        .with("init", true)
        .with("restart", "unless-stopped")
        .with("stop_grace_period", GRACE)
        .with(
            "logging",
            JsonValue.object()
                .with("driver", "json-file")
                .with(
                    "options",
                    JsonValue.object()
                        .with("max-size", "10m")
                        .with("max-file", "2")
                        .with("mode", "non-blocking")));
  }

  private static JsonValue bounded(JsonValue text, long memory, int processes) {
    return text.with("mem_limit", memory)
        .with("memswap_limit", memory)
        .with("pids_limit", processes)
        .with("ulimits", JsonValue.object().with("nofile", processes * 16));
  }

  private static JsonValue health(List<String> test, String start) {
    return JsonValue.object()
        .with("test", test)
        .with("interval", "30s")
        .with("timeout", "10s")
        .with("start_period", start)
        .with("retries", 3);
  }
}
