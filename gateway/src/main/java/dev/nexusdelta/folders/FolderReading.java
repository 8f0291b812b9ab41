package dev.nexusdelta.folders;

import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.ManifestFault;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** What reading one folder gave. */
public sealed interface FolderReading {
  /** Name of the folder: the agent's name in lower case where it is one. */
  String key();

  /** The value for this outcome. */
  <T> T fold(
      Function<AgentFolder, T> agent, Function<Faulty, T> faulty, Function<Skipped, T> skipped);

  /**
   * A folder with a good manifest.
   *
   * @param path the folder
   * @param fileHash content hash of {@code agent.yaml}, 64 hex digits
   * @param codeHash content hash of the agent's code, 64 hex digits; empty text if it has none here
   */
  record AgentFolder(String key, Path path, Manifest manifest, String fileHash, String codeHash)
      implements FolderReading {
    @Override
    public <T> T fold(
        Function<AgentFolder, T> agent, Function<Faulty, T> faulty, Function<Skipped, T> skipped) {
      return agent.apply(this);
    }
  }

  /**
   * A folder whose manifest is refused.
   *
   * @param file the {@code agent.yaml}
   * @param fileHash as of a good one
   * @param faults at least one
   */
  record Faulty(String key, Path file, String fileHash, List<ManifestFault> faults)
      implements FolderReading {
    /** Copies the list. */
    public Faulty {
      faults = List.copyOf(faults);
    }

    /** One line per fault: {@code agents/x/agent.yaml:3:5: …}. */
    public List<String> lines() {
      return faults.stream().map(fault -> file + ":" + fault).toList();
    }

    @Override
    public <T> T fold(
        Function<AgentFolder, T> agent, Function<Faulty, T> faulty, Function<Skipped, T> skipped) {
      return faulty.apply(this);
    }
  }

  /**
   * A folder that cannot be an agent's or cannot be read.
   *
   * @param reason a sentence with the path and what to do
   */
  record Skipped(String key, Path path, String reason) implements FolderReading {
    @Override
    public <T> T fold(
        Function<AgentFolder, T> agent, Function<Faulty, T> faulty, Function<Skipped, T> skipped) {
      return skipped.apply(this);
    }
  }
}
