package dev.nexusdelta.cli.compose;

import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Nearest;
import dev.nexusdelta.manifest.PlacedYaml;
import dev.nexusdelta.manifest.PlacedYaml.Fields;
import dev.nexusdelta.manifest.PlacedYaml.Nothing;
import dev.nexusdelta.manifest.PlacedYaml.Text;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The services of a compose file as agents. Immutable.
 *
 * @param notes what is not taken over, and what was decided; each with file and line
 */
public record ComposeFile(List<ServiceAgent> agents, List<String> notes) {
  private static final Set<String> TOP =
      Set.of("version", "name", "services", "networks", "volumes", "secrets", "configs");
  private static final String GATEWAY = "nexus-delta-gateway";

  /** Copies the lists. */
  public ComposeFile {
    agents = List.copyOf(agents);
    notes = List.copyOf(notes);
  }

  /**
   * Reads a file.
   *
   * @param shownAs how messages name it
   * @param folder where it lies: relative paths count from there
   * @param shell variables for {@code ${NAME}}
   * @param wanted names of services; none = all
   * @throws dev.nexusdelta.cli.shell.CommandFailure with file and line of every fault
   */
  public static ComposeFile read(
      String text, String shownAs, Path folder, Map<String, String> shell, List<String> wanted) {
    Findings findings = new Findings(shownAs);
    PlacedYaml.Reading reading = PlacedYaml.read(text);
    reading.faults().forEach(it -> findings.fault(it.line(), it.message()));
    findings.check();
    Fields root = fields(reading.root(), "the document", findings);
    root.fields()
        .forEach(
            (key, at) -> {
              if (!TOP.contains(key) && !key.startsWith("x-")) {
                findings.ignore(key, at.line(), "it is no key that services have to do with");
              }
            });
    PlacedYaml services = root.fields().get("services");
    if (services == null) {
      findings.fault(root, "there is no 'services:'; is this a compose file?");
    }
    findings.check();
    Map<String, PlacedYaml> all =
        services == null ? Map.of() : fields(services, "services", findings).fields();
    checkWanted(wanted, all, findings);
    Variables variables = new Variables(shell, findings);
    Map<String, String> volumes = volumeNames(root.fields().get("volumes"), variables);
    List<ServiceAgent> agents = new ArrayList<>();
    all.forEach(
        (name, value) -> {
          if ((wanted.isEmpty() || wanted.contains(name)) && isAgent(name, value, variables)) {
            Fields service = fields(value, "service " + name, findings);
            agents.add(new ServiceReader(name, service, variables, folder, volumes).read());
          }
        });
    checkNames(agents, findings);
    findings.check();
    return new ComposeFile(agents, findings.notes());
  }

  private static Fields fields(PlacedYaml value, String what, Findings findings) {
    if (value instanceof Fields fields) {
      return fields;
    }
    findings.fault(value, what + " is " + value.kind() + "; expected a mapping");
    return new Fields(value.line(), value.column(), Map.of());
  }

  private static boolean isAgent(String name, PlacedYaml value, Variables variables) {
    if (value instanceof Nothing) {
      variables.findings().note(value.line(), "service " + name + " says nothing: left out");
      return false;
    }
    if (value instanceof Fields fields
        && fields.fields().get("image") instanceof Text image
        && image.text().contains(GATEWAY)) {
      variables.findings().note(value.line(), "service " + name + " is a gateway: left out");
      return false;
    }
    return true;
  }

  private static void checkWanted(
      List<String> wanted, Map<String, PlacedYaml> all, Findings findings) {
    for (String name : wanted) {
      if (!all.containsKey(name)) {
        findings.fault(
            1,
            "there is no service '"
                + name
                + "'"
                + Nearest.of(name, all.keySet())
                    .map(it -> "; did you mean " + it + "?")
                    .orElse(""));
      }
    }
  }

  private static void checkNames(List<ServiceAgent> agents, Findings findings) {
    Map<AgentName, ServiceAgent> seen = new HashMap<>();
    for (ServiceAgent agent : agents) {
      ServiceAgent first = seen.putIfAbsent(agent.name(), agent);
      if (first != null) {
        findings.fault(
            agent.lineOf("/name"),
            "agent "
                + agent.name()
                + " is service "
                + first.service()
                + " already (line "
                + first.line()
                + ")");
      }
    }
  }

  private static Map<String, String> volumeNames(
      @org.jspecify.annotations.Nullable PlacedYaml volumes, Variables variables) {
    Map<String, String> names = new HashMap<>();
    if (volumes instanceof Fields fields) {
      fields
          .fields()
          .forEach(
              (key, value) -> {
                if (value instanceof Fields volume
                    && volume.fields().get("name") instanceof Text name) {
                  names.put(key, variables.filled(name));
                }
              });
    }
    return names;
  }
}
