package dev.nexusdelta.cli.folder;

import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What in an agent's file is not what flags want.
 *
 * @param key of the manifest
 * @param file as the file has it
 * @param wanted by the flags
 */
public record Contradiction(String key, String file, String wanted) {

  /**
   * Finds the first one.
   *
   * @param port wished by flag
   * @param capabilities wished by flag
   * @param code wished by flag
   * @param value of {@code --command}, {@code --image} or {@code --url}
   */
  public static Optional<Contradiction> find(
      AgentFolder folder,
      Manifest manifest,
      OptionalInt port,
      Optional<List<String>> capabilities,
      Optional<NewAgent.Code> code,
      String value) {
    if (port.isPresent() && !hasPort(folder, manifest, port.getAsInt())) {
      String found = manifest.port().isPresent() ? "" + manifest.port().getAsInt() : "no port";
      return Optional.of(new Contradiction("port", found, "" + port.getAsInt()));
    }
    if (capabilities.isPresent() && !capabilities.get().equals(manifest.capabilities())) {
      return Optional.of(
          new Contradiction(
              "capabilities", manifest.capabilities().toString(), capabilities.get().toString()));
    }
    if (code.isPresent() && !runs(manifest.run(), code.get(), value)) {
      return Optional.of(
          new Contradiction(
              "run", shown(manifest.run()), value.isEmpty() ? code.get().label() : value));
    }
    return Optional.empty();
  }

  /** The port itself, or the one that was given in its place. */
  private static boolean hasPort(AgentFolder folder, Manifest manifest, int wish) {
    if (manifest.port().isPresent() && manifest.port().getAsInt() == wish) {
      return true;
    }
    try {
      return (Files.readString(folder.manifestFile()) + " ")
          .matches("(?s).*" + AgentTemplate.wishedMark(wish) + "[^0-9].*");
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean runs(Run run, NewAgent.Code code, String value) {
    return run.fold(
        java ->
            code == NewAgent.Code.JAVA && java.file().endsWith(".java")
                || code == NewAgent.Code.MAVEN && java.file().endsWith(".jar"),
        command ->
            code == NewAgent.Code.COMMAND && command.line().equals(value)
                || code == NewAgent.Code.PYTHON && command.line().contains("_agent.py"),
        image -> code == NewAgent.Code.IMAGE && image.reference().equals(value),
        url -> code == NewAgent.Code.URL && url.addresses().toString().equals("[" + value + "]"));
  }

  private static String shown(Run run) {
    return run.fold(
        java -> "java: " + java.file(),
        command -> "command: " + command.line(),
        image -> "image: " + image.reference(),
        url -> "url: " + url.addresses());
  }
}
