package dev.nexusdelta.cli.doctor;

import dev.nexusdelta.app.Settings;
import dev.nexusdelta.cli.process.GatewayProcess;
import dev.nexusdelta.cli.shell.Shell;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** JDKs, programs, folders, space. */
public final class MachineChecks {
  private static final long LITTLE_SPACE = 500L << 20;
  private final Shell shell;
  private final Findings findings;

  /** Adds to these findings. */
  public MachineChecks(Shell shell, Findings findings) {
    this.shell = shell;
    this.findings = findings;
  }

  /** What has to be installed. */
  public void tools() {
    Path home = Path.of(System.getProperty("java.home"));
    String used = System.getProperty("java.version") + " in " + home;
    if (Files.isExecutable(home.resolve("bin").resolve("javac"))) {
      findings.good("java", used);
    } else {
      findings.wrong(
          "java",
          used + " is no JDK: it has no javac, which Java agents need",
          "install a JDK (Debian: apt install openjdk-17-jdk-headless), or set NEXUS_JAVA_HOME");
    }
    List<String> others = jdks();
    if (others.size() > 1) {
      findings.good(
          "jdks", String.join(", ", others) + " (newest wins; NEXUS_JAVA_HOME overrides)");
    }
    if (GatewayProcess.onPath(shell, "mvn")) {
      findings.good("maven", "there, for building this program and Maven agents");
    } else {
      findings.note("maven", "mvn is not on the PATH; only builds need it", "apt install maven");
    }
    if (GatewayProcess.onPath(shell, "setsid")) {
      findings.good("setsid", "there, so that agents outlive the gateway");
    } else {
      findings.wrong(
          "setsid",
          "is not on the PATH; agents would die with the gateway",
          "apt install util-linux");
    }
  }

  private static List<String> jdks() {
    List<String> found = new ArrayList<>();
    try (DirectoryStream<Path> homes = Files.newDirectoryStream(Path.of("/usr/lib/jvm"))) {
      for (Path home : homes) {
        if (!Files.isSymbolicLink(home) && Files.isExecutable(home.resolve("bin/javac"))) {
          found.add(home.toString());
        }
      }
    } catch (IOException e) {
      return found; // not every system keeps them there
    }
    found.sort(null);
    return found;
  }

  /** Folders that the gateway writes. */
  public void folders(Settings settings) {
    Path data = settings.data();
    Path existing = data;
    while (!Files.exists(existing) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    String shown = shell.shown(data);
    if (!Files.isDirectory(existing) || !Files.isWritable(existing)) {
      findings.wrong(
          "data folder",
          shown + " cannot be written (" + existing + ")",
          "chown or chmod it, or choose another with --data");
      return;
    }
    findings.good("data folder", shown + (Files.exists(data) ? "" : " (not made yet)"));
    token(data.resolve("admin.token"));
    space(existing);
  }

  private void token(Path token) {
    try {
      if (Files.exists(token)) {
        Set<PosixFilePermission> rights = Files.getPosixFilePermissions(token);
        rights.remove(PosixFilePermission.OWNER_READ);
        rights.remove(PosixFilePermission.OWNER_WRITE);
        if (!rights.isEmpty()) {
          findings.wrong(
              "admin token",
              shell.shown(token) + " can be read by others than its owner",
              "chmod 600 " + shell.shown(token));
        }
      }
    } catch (IOException | UnsupportedOperationException e) {
      findings.note("admin token", "its rights cannot be read: " + e.getMessage(), "");
    }
  }

  private void space(Path folder) {
    try {
      long free = Files.getFileStore(folder).getUsableSpace();
      String shown = (free >> 20) + " MiB free for " + shell.shown(folder);
      if (free < LITTLE_SPACE) {
        findings.wrong("disk", shown, "make room: logs and builds need it");
      } else {
        findings.good("disk", shown);
      }
    } catch (IOException e) {
      findings.note("disk", "free space is not known: " + e.getMessage(), "");
    }
  }
}
