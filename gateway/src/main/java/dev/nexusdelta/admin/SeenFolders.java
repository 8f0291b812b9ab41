package dev.nexusdelta.admin;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.folders.AgentFolders;
import dev.nexusdelta.folders.FolderReading;
import dev.nexusdelta.folders.FolderReading.AgentFolder;
import dev.nexusdelta.folders.FolderReading.Faulty;
import dev.nexusdelta.manifest.AgentName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** The latest reading of each agent's folder that has a manifest. Thread-safe. */
final class SeenFolders {
  private final AgentFolders folders;
  private final Map<String, FolderReading> seen = new ConcurrentHashMap<>();

  SeenFolders(AgentFolders folders) {
    this.folders = folders;
  }

  void put(FolderReading reading) {
    seen.put(reading.key(), reading);
  }

  void remove(AgentName name) {
    seen.remove(name.key());
  }

  boolean has(AgentName name) {
    return seen.containsKey(name.key());
  }

  /** How the agent's file stands to the registry. */
  Source source(AgentSpec spec) {
    FolderReading reading = seen.get(spec.name().key());
    if (reading == null) {
      return Source.NONE;
    }
    Optional<String> file = Optional.of(folders.file(spec.name()).toString());
    return reading.fold(
        folder ->
            new Source(
                file,
                isApplied(folder, spec),
                Manifests.difference(folder.manifest(), spec.manifest()),
                List.of()),
        faulty -> new Source(file, false, List.of(), faulty.lines()),
        skipped -> new Source(file, false, List.of(), List.of(skipped.reason())));
  }

  /** Its code counts too, where the registry runs what the file names. */
  private static boolean isApplied(AgentFolder folder, AgentSpec spec) {
    return spec.applied().fileHash().equals(Optional.of(folder.fileHash()))
        && (!spec.manifest().run().equals(folder.manifest().run())
            || spec.codeHash().equals(folder.codeHash()));
  }

  /** Why the folder of that name makes no agent; empty if it does, or is none. */
  List<String> faults(AgentName name) {
    FolderReading reading = seen.get(name.key());
    return reading == null
        ? List.of()
        : reading.fold(folder -> List.of(), Faulty::lines, skipped -> List.of(skipped.reason()));
  }

  /** Faults of the manifests that are refused, by folder. */
  SortedMap<String, List<String>> refused() {
    SortedMap<String, List<String>> refused = new TreeMap<>();
    seen.forEach(
        (key, reading) -> {
          List<String> lines =
              reading.fold(folder -> List.<String>of(), Faulty::lines, skipped -> List.of());
          if (!lines.isEmpty()) {
            refused.put(key, lines);
          }
        });
    return refused;
  }
}
