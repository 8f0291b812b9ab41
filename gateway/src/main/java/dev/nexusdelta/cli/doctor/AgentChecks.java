package dev.nexusdelta.cli.doctor;

import dev.nexusdelta.cli.folder.AgentFolder;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.sdk.JsonValue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Agents: their folders, and how the gateway finds them. */
public final class AgentChecks {
  private static final Set<String> ILL = Set.of("failed", "unhealthy", "degraded");
  private static final int LINES = 8;
  private final Shell shell;
  private final Findings findings;

  /** Lower-case names of the folders whose manifest is told as faulty already. */
  private final Set<String> refused = new HashSet<>();

  /** Adds to these findings. */
  public AgentChecks(Shell shell, Findings findings) {
    this.shell = shell;
    this.findings = findings;
  }

  /** Each folder's manifest and the code that it names. */
  public void folders(Path agents) {
    List<AgentFolder> all = AgentFolder.all(agents);
    if (all.isEmpty()) {
      findings.note("agents", "no folder in " + shell.shown(agents), "nexus create --name MyAgent");
      return;
    }
    for (AgentFolder folder : all) {
      String file = shell.shown(folder.manifestFile());
      folder
          .read()
          .fold(
              manifest -> {
                code(folder, manifest, file);
                return true;
              },
              faults -> {
                refused.add(folder.key().toLowerCase(Locale.ROOT));
                faults.forEach(
                    fault ->
                        findings.wrong(
                            "agent " + folder.key(),
                            file + ":" + fault,
                            "correct it, then: nexus apply " + folder.key()));
                return false;
              });
    }
  }

  private void code(AgentFolder folder, Manifest manifest, String file) {
    String subject = "agent " + manifest.name();
    String code = manifest.run().fold(java -> java.file(), c -> "", i -> "", u -> "");
    if (!manifest.name().key().equals(folder.key())) {
      findings.wrong(
          subject,
          file + " names " + manifest.name() + ", but its folder is " + folder.key(),
          "rename the folder to " + manifest.name().key());
    } else if (!code.isEmpty() && !Files.isRegularFile(folder.path().resolve(code))) {
      findings.wrong(
          subject,
          file + " runs " + code + ", which is not there",
          code.endsWith(".jar")
              ? "mvn -q -f " + shell.shown(folder.path()) + "/pom.xml package"
              : "write it, or correct run.java");
    } else {
      findings.good(subject, file + " is in order");
    }
  }

  private static String ready(JsonValue status) {
    return "%s of %s replicas are ready"
        .formatted(status.get("ready").text("0"), status.get("desired").text("0"));
  }

  /** How the gateway finds them. */
  public void states(JsonValue document) {
    for (JsonValue agent : document.get("agents").items()) {
      JsonValue status = agent.get("status");
      String name = agent.get("name").text();
      if (ILL.contains(status.get("state").text()) || !status.get("reason").text().isEmpty()) {
        List<JsonValue> lines = status.get("lastLines").items();
        StringBuilder text = new StringBuilder(status.get("state").text());
        String reason = status.get("reason").text();
        text.append(": ").append(reason.isEmpty() ? ready(status) : reason);
        lines
            .subList(Math.max(0, lines.size() - LINES), lines.size())
            .forEach(line -> text.append('\n').append(line.text()));
        findings.wrong(
            "agent " + name,
            text.toString(),
            "nexus " + (reason.isEmpty() || lines.isEmpty() ? "describe " : "logs ") + name);
      } else {
        findings.good("agent " + name, status.get("state").text());
      }
      if (!refused.contains(name.toLowerCase(Locale.ROOT))) {
        for (JsonValue fault : agent.get("source", "faults").items()) {
          findings.wrong("agent " + name, fault.text(), "correct it, then: nexus apply " + name);
        }
      }
    }
  }
}
