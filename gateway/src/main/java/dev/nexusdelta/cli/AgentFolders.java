package dev.nexusdelta.cli;

import dev.nexusdelta.cli.folder.AgentFolder;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.sdk.Admin;
import dev.nexusdelta.sdk.Change;
import dev.nexusdelta.sdk.JsonValue;
import dev.nexusdelta.sdk.Operation;
import dev.nexusdelta.sdk.ProblemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Folders beside the gateway's own list: one just made may not have been picked up yet. */
record AgentFolders(Path agents) {

  /** Starts an agent; one that is a folder only is applied first. */
  Operation start(Admin admin, String name) {
    try {
      return admin.start(name);
    } catch (ProblemException e) {
      if (e.status() != 404 || !AgentFolder.of(agents, name).exists()) {
        throw e;
      }
      Change applied = admin.create(name);
      return applied.operation().ended() ? admin.start(name) : applied.operation();
    }
  }

  /** Says it where the folder is not what the registry holds: to start an agent applies nothing. */
  static void sayIfOther(Shell shell, JsonValue agent) {
    JsonValue source = agent.get("source");
    if (source.get("file").isPresent()
        && !source.get("applied").truth(true)
        && source.get("faults").items().isEmpty()) {
      Path file = shell.cwd().resolve(source.get("file").text());
      shell.say(
          "%s differs from what is registered (file not applied); to use it: nexus apply %s"
              .formatted(shell.shown(file.resolveSibling("")), agent.get("name").text()));
    }
  }

  /** The same of several, those that are gone left out. */
  static void sayIfOther(Shell shell, Admin admin, List<String> names) {
    for (String name : names) {
      try {
        sayIfOther(shell, admin.agent(name));
      } catch (ProblemException e) {
        // What is wrong with it was told when it was started.
      }
    }
  }

  /** Every agent that the gateway knows, and every folder without a fault. */
  List<String> namesWith(Admin admin) {
    Map<String, String> names = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    admin.agents().get("agents").items().stream()
        .map(agent -> agent.get("name").text())
        .forEach(name -> names.put(name, name));
    for (AgentFolder folder : AgentFolder.all(agents)) {
      folder
          .manifest()
          .map(manifest -> manifest.name().value())
          .filter(name -> !names.containsKey(name) && !isDeleted(admin, name))
          .ifPresent(name -> names.put(name, name));
    }
    return List.copyOf(names.values());
  }

  /** Whether the agent was deleted while its folder was kept: only its name brings it back. */
  static boolean isDeleted(Admin admin, String name) {
    try {
      admin.apply(name, true);
      return false;
    } catch (ProblemException e) {
      return e.status() == 409;
    }
  }
}
