package dev.nexusdelta.cli.compose;

import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.sdk.JsonValue;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What a service becomes.
 *
 * @param service its name in the file
 * @param line where it begins
 * @param port wished
 * @param parts of the manifest: version, env, secrets, resources, scale, as far as the file has
 *     them
 * @param lines of values by their JSON pointer in the manifest
 */
public record ServiceAgent(
    AgentName name,
    String service,
    int line,
    Origin origin,
    OptionalInt port,
    JsonValue parts,
    Map<String, Integer> lines) {

  /** Copies the map. */
  public ServiceAgent {
    lines = Map.copyOf(lines);
  }

  /** Where its code comes from. */
  public sealed interface Origin {}

  /**
   * An image.
   *
   * @param run of the manifest
   */
  public record Image(JsonValue run) implements Origin {}

  /**
   * A folder with a program, to be copied.
   *
   * @param dockerfile relative to the folder
   * @param command that it runs
   */
  public record Folder(Path path, String dockerfile, String command) implements Origin {}

  /**
   * Nothing that could be taken over: a template has to do.
   *
   * @param why for people
   */
  public record Template(String why) implements Origin {}

  /** The line of the value at a pointer, or of what it stands in. */
  public int lineOf(String pointer) {
    for (String at = pointer; !at.isEmpty(); at = at.substring(0, at.lastIndexOf('/'))) {
      Integer found = lines.get(at);
      if (found != null) {
        return found;
      }
    }
    return line;
  }
}
