package dev.nexusdelta.cli.folder;

import dev.nexusdelta.manifest.AgentName;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What a new agent is to be.
 *
 * @param code where its code comes from
 * @param value of {@code --command}, {@code --image} or {@code --url}; empty text for templates
 * @param port wished
 */
public record NewAgent(
    AgentName name, List<String> capabilities, Optional<WishedPort> port, Code code, String value) {
  /** Names that the template's class uses; a class of that name could not. */
  private static final Set<String> TAKEN =
      Set.of(
          "Agent",
          "Tool",
          "Param",
          "List",
          "Summary",
          "Object",
          "String",
          "Double",
          "Record",
          "Math",
          "Override");

  /** Copies the list. */
  public NewAgent {
    capabilities = List.copyOf(capabilities);
  }

  /** Where an agent's code comes from. */
  public enum Code {
    /** One Java file, compiled at start. */
    JAVA,
    /** A FastAPI program. */
    PYTHON,
    /** A jar built by Maven. */
    MAVEN,
    /** Any command line. */
    COMMAND,
    /** A container image. */
    IMAGE,
    /** Runs elsewhere. */
    URL;

    /** As {@code --template} names it. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Name of the Java class: the agent's, without hyphens and with capitals. */
  public String className() {
    StringBuilder text = new StringBuilder();
    for (String part : name.value().split("-+")) {
      if (!part.isEmpty()) {
        text.append(Character.toUpperCase(part.charAt(0))).append(part.substring(1));
      }
    }
    return TAKEN.contains(text.toString()) ? text + "Agent" : text.toString();
  }
}
