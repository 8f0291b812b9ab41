package dev.nexusdelta.host.docker;

import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.api.model.RestartPolicy;
import com.github.dockerjava.api.model.Ulimit;
import java.util.List;
import java.util.Map;

/**
 * What every container of an agent is locked into, whatever its image and manifest: an ordinary
 * user without capabilities, a file system that cannot be written but for a small {@code /tmp},
 * bounds on memory, processes, files and logs, and a port that only this machine sees. Pure.
 */
final class Hardening {
  /** Nobody's user and group on any usual machine. */
  static final String USER = "65532:65532";

  static final long PIDS = 256;
  static final long FILES = 4096;
  static final String TMP = "rw,noexec,nosuid,nodev,size=64m,mode=1777";
  private static final String LOOPBACK = "127.0.0.1";
  private static final double NANOS = 1e9;

  private Hardening() {}

  /** Everything about the container's surroundings. */
  static HostConfig hostConfig(ContainerSpec spec) {
    HostConfig config =
        HostConfig.newHostConfig()
            .withCapDrop(Capability.ALL)
            .withPrivileged(false)
            // The engine's own seccomp profile stays in force: none is named.
            .withSecurityOpts(List.of("no-new-privileges:true"))
            .withReadonlyRootfs(true)
            .withTmpFs(Map.of("/tmp", TMP))
            .withPidsLimit(PIDS)
            .withMemory(spec.memoryBytes())
            .withMemorySwap(spec.memoryBytes())
            .withUlimits(List.of(new Ulimit("nofile", FILES, FILES)))
            .withLogConfig(logs())
            .withInit(true)
            .withIpcMode("private")
            .withRestartPolicy(RestartPolicy.noRestart())
            .withNetworkMode(spec.network())
            .withPublishAllPorts(false)
            .withMounts(mounts(spec))
            .withPortBindings(
                new PortBinding(
                    Ports.Binding.bindIpAndPort(LOOPBACK, spec.publishedPort()),
                    ExposedPort.tcp(spec.port())));
    spec.cpus().ifPresent(cpus -> config.withNanoCPUs(Math.round(cpus * NANOS)));
    return config;
  }

  /** None: the gateway probes by itself. */
  static HealthCheck noHealthCheck() {
    return new HealthCheck().withTest(List.of("NONE"));
  }

  /** Bounded, and a reader who lags never stops the agent. */
  private static LogConfig logs() {
    return new LogConfig(
        LogConfig.LoggingType.JSON_FILE,
        Map.of("max-size", "10m", "max-file", "2", "mode", "non-blocking"));
  }

  private static List<Mount> mounts(ContainerSpec spec) {
    return spec.volumes().entrySet().stream()
        .map(
            volume ->
                new Mount()
                    .withType(MountType.VOLUME)
                    .withSource(volume.getKey())
                    .withTarget(volume.getValue()))
        .toList();
  }
}
