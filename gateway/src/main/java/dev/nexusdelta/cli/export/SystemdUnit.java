package dev.nexusdelta.cli.export;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A unit for a gateway: agents go on when it is ended, restarted or killed, and the next one adopts
 * them.
 *
 * @param command absolute program and its arguments
 * @param folder where {@code agents} and the configuration are
 * @param environment file with variables, which need not exist
 * @param account that it runs as; empty text = a unit of the user's own manager
 */
public record SystemdUnit(List<String> command, Path folder, Path environment, String account) {
  /** Copies the list. */
  public SystemdUnit {
    command = List.copyOf(command);
  }

  /** Name of its file. */
  public static final String NAME = "nexus-delta.service";

  /** The unit's file. */
  public String text() {
    return """
        # Made by: nexus export systemd%s
        [Unit]
        Description=Nexus Delta gateway
        %sStartLimitIntervalSec=60
        StartLimitBurst=5

        [Service]
        Type=exec
        ExecStart=%s
        WorkingDirectory=%s
        # Optional: NEXUS_LISTEN=…, secrets of agents; mode 0600.
        EnvironmentFile=-%s
        %sRestart=on-failure
        RestartSec=2
        # 2 and 5: the command line or the configuration is refused; the same again would not help.
        RestartPreventExitStatus=2 5
        # Agents are children in this unit's group. They outlive a gateway, and the next one adopts them.
        KillMode=process
        TimeoutStopSec=30
        # One agent that the kernel ends for its memory is no reason to end all.
        OOMPolicy=continue
        TasksMax=infinity
        LimitNOFILE=65536
        NoNewPrivileges=yes
        LockPersonality=yes
        RestrictRealtime=yes
        RestrictSUIDSGID=yes
        %s
        [Install]
        WantedBy=%s
        """
        .formatted(
            isUser() ? " --user" : "",
            isUser() ? "" : "After=network-online.target\nWants=network-online.target\n",
            command.stream().map(SystemdUnit::argument).collect(Collectors.joining(" ")),
            path(folder),
            path(environment),
            isUser() ? "" : "User=" + account + "\n",
            isUser()
                ? ""
                : """
                ProtectSystem=full
                ProtectKernelTunables=yes
                ProtectKernelModules=yes
                ProtectControlGroups=yes
                ProtectClock=yes
                """,
            isUser() ? "default.target" : "multi-user.target");
  }

  private boolean isUser() {
    return account.isEmpty();
  }

  /** In quotes where it needs them; {@code %} and {@code $} mean something to systemd. */
  private static String argument(String text) {
    String escaped =
        text.replace("\\", "\\\\").replace("\"", "\\\"").replace("%", "%%").replace("$", "$$");
    return escaped.matches("[A-Za-z0-9_/.:=@+,%-]+") ? escaped : '"' + escaped + '"';
  }

  private static String path(Path path) {
    return path.toString().replace("%", "%%");
  }
}
