package dev.nexusdelta.cli.folder;

import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.ManifestReader;
import dev.nexusdelta.manifest.ManifestResult;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The folder of one agent, {@code agents/<key>/}; it need not exist.
 *
 * @param path absolute
 */
public record AgentFolder(Path path) {
  /** The manifest's file name. */
  public static final String MANIFEST = "agent.yaml";

  /** The folder of an agent below {@code agents}. */
  public static AgentFolder of(Path agents, String name) {
    return new AgentFolder(agents.resolve(checked(name).key()));
  }

  /**
   * The name, if it has the form of one.
   *
   * @throws CommandFailure saying the rule
   */
  public static AgentName checked(String name) {
    try {
      return new AgentName(name);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(
          ExitCode.REFUSED,
          String.valueOf(e.getMessage()),
          "choose a name such as MyAgent or text-agent-2");
    }
  }

  /** All folders below {@code agents} that hold a manifest, by name. */
  public static List<AgentFolder> all(Path agents) {
    List<AgentFolder> found = new ArrayList<>();
    if (Files.isDirectory(agents)) {
      try (DirectoryStream<Path> folders = Files.newDirectoryStream(agents, Files::isDirectory)) {
        folders.forEach(
            path -> {
              AgentFolder folder = new AgentFolder(path.toAbsolutePath().normalize());
              if (folder.exists()) {
                found.add(folder);
              }
            });
      } catch (IOException e) {
        throw new CommandFailure(
            ExitCode.FAILED,
            "cannot read the folder " + agents + ": " + e.getMessage(),
            "nexus doctor");
      }
    }
    found.sort(java.util.Comparator.comparing(AgentFolder::key));
    return found;
  }

  /** The name's lower-case form. */
  public String key() {
    return path.getFileName().toString();
  }

  /** Where the manifest is. */
  public Path manifestFile() {
    return path.resolve(MANIFEST);
  }

  /** Whether there is a manifest. */
  public boolean exists() {
    return Files.isRegularFile(manifestFile());
  }

  /** The manifest as the file has it, or what is wrong with it. */
  public ManifestResult read() {
    try {
      return ManifestReader.read(Files.readString(manifestFile()));
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.FAILED,
          "cannot read " + manifestFile() + ": " + e.getMessage(),
          "make it a readable UTF-8 text file");
    }
  }

  /** The manifest, if the file is there and has no fault. */
  public Optional<Manifest> manifest() {
    return exists()
        ? read().fold(Optional::of, faults -> Optional.<Manifest>empty())
        : Optional.empty();
  }

  /**
   * The manifest.
   *
   * @param shownAs how messages name the file
   * @throws CommandFailure with file, line and column of every fault
   */
  public Manifest manifestOrFail(String shownAs) {
    return read()
        .fold(
            manifest -> manifest,
            faults -> {
              List<String> lines = faults.stream().map(fault -> shownAs + ":" + fault).toList();
              throw new CommandFailure(
                  ExitCode.REFUSED,
                  String.join("\n", lines),
                  "correct the file, then: nexus apply " + key());
            });
  }
}
