package dev.nexusdelta.cli.folder;

import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.manifest.AgentName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A Java file that lies somewhere and is to be an agent. */
public final class LooseFile {
  private LooseFile() {}

  /**
   * The agent folder for the file: made with a link to it if there is none, else the one whose code
   * is this very file.
   */
  public static AgentFolder asAgent(Path file, Path agents) {
    String fileName = file.getFileName().toString();
    String className = fileName.substring(0, fileName.length() - ".java".length());
    AgentName name = AgentFolder.checked(className.replace('_', '-'));
    try {
      Path real = file.toRealPath();
      AgentFolder folder = AgentFolder.of(agents, name.value());
      Path code = folder.path().resolve(fileName);
      if (folder.exists()) {
        if (Files.exists(code) && code.toRealPath().equals(real)) {
          return folder;
        }
        throw new CommandFailure(
            ExitCode.CONFLICT,
            "agent " + name + " is there already, with other code: " + folder.path(),
            "nexus dev " + name + ", or give the file (and its class) another name");
      }
      Files.createDirectories(folder.path());
      Files.deleteIfExists(code);
      Files.createSymbolicLink(code, real);
      Files.writeString(
          folder.manifestFile(),
          "name: " + name + "\nversion: 1.0.0\nrun:\n  java: " + fileName + "\n");
      return folder;
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.FAILED,
          "cannot make an agent of " + file + ": " + e.getMessage(),
          "make the folder " + agents + " writable, or choose another with --agents");
    }
  }
}
