package dev.nexusdelta.cli.compose;

import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.PlacedYaml;
import dev.nexusdelta.manifest.PlacedYaml.Fields;
import dev.nexusdelta.manifest.PlacedYaml.Items;
import dev.nexusdelta.manifest.PlacedYaml.Nothing;
import dev.nexusdelta.manifest.PlacedYaml.Text;
import dev.nexusdelta.sdk.JsonValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/** Makes an agent of one service. One service each. */
final class ServiceReader {
  private static final int CONTAINER_PORT = 8000;

  /** Every replica gets these from its host. */
  private static final Set<String> GIVEN =
      Set.of("AGENT_NAME", "AGENT_VERSION", "AGENT_REPLICA", "HOST", "PORT", "NEXUS_URL");

  private final String service;
  private final Fields fields;
  private final Variables variables;
  private final Findings findings;
  private final Path folder;
  private final Map<String, String> volumeNames;
  private final Map<String, Integer> lines = new HashMap<>();

  /**
   * For one service.
   *
   * @param folder of the file: relative paths count from there
   * @param volumeNames real names of the file's volumes, where they have another
   */
  ServiceReader(
      String service,
      Fields fields,
      Variables variables,
      Path folder,
      Map<String, String> volumeNames) {
    this.service = service;
    this.fields = fields;
    this.variables = variables;
    this.findings = variables.findings();
    this.folder = folder;
    this.volumeNames = volumeNames;
  }

  ServiceAgent read() {
    Map<String, Integer> keys = new LinkedHashMap<>();
    fields.fields().forEach((key, at) -> keys.put(key, at.line()));
    ServiceKeys.noteIgnored(keys.entrySet(), findings);
    Environment environment = environment("environment");
    Environment labels = environment("labels");
    labels
        .entries()
        .forEach(
            (name, label) -> {
              if (!name.startsWith("nexus.")) {
                findings.ignore("labels", label.line(), "an agent's labels are its host's own");
              }
            });
    PublishedPorts ports = PublishedPorts.read(value("ports"), variables, findings);
    OptionalInt inside = PublishedPorts.number(environment.value("PORT").orElse(null));
    OptionalInt wish = ports.published().isPresent() ? ports.published() : inside;
    lines.put("/port", value("ports").line());
    ServiceAgent.Origin origin = origin(inside.isPresent() ? inside : ports.target());
    return new ServiceAgent(
        name(environment, labels),
        service,
        fields.line(),
        origin,
        wish,
        parts(environment, labels),
        lines);
  }

  private PlacedYaml value(String key) {
    PlacedYaml value = fields.fields().get(key);
    return value == null ? new Nothing(fields.line(), fields.column()) : value;
  }

  private boolean has(String key) {
    return !(value(key) instanceof Nothing);
  }

  private Environment environment(String key) {
    return Environment.read(key, value(key), findings);
  }

  private AgentName name(Environment environment, Environment labels) {
    String wanted =
        environment.value("AGENT_NAME").or(() -> labels.value("nexus.agent")).orElse(service);
    String name = wanted.replaceAll("[^A-Za-z0-9]+", "-").replaceAll("^-+|-+$", "");
    if (!name.matches("[A-Za-z].*")) {
      name = name.isEmpty() ? "agent" : "agent-" + name;
    }
    name = name.substring(0, Math.min(40, name.length())).replaceAll("-+$", "");
    lines.put("/name", environment.line("AGENT_NAME", fields.line()));
    if (!name.equals(wanted)) {
      findings.note(fields.line(), "'" + wanted + "' is no name of an agent: it is called " + name);
    }
    return new AgentName(name);
  }

  private ServiceAgent.Origin origin(OptionalInt inside) {
    if (has("build")) {
      noVolumes();
      return new BuildReader(folder, variables)
          .read(value("build"), value("entrypoint"), value("command"));
    }
    if (value("image") instanceof Text image) {
      lines.put("/run/image", image.line());
      for (String key : List.of("command", "entrypoint")) {
        if (has(key)) {
          findings.ignore(
              key, value(key).line(), "an image runs its own; build one whose CMD it is");
        }
      }
      OptionalInt port = inside.isPresent() ? inside : exposed();
      if (port.isEmpty()) {
        findings.note(
            fields.line(),
            "no port is named: container-port " + CONTAINER_PORT + " is a guess, see agent.yaml");
      }
      JsonValue run =
          JsonValue.object()
              .with("image", variables.filled(image))
              .with("container-port", port.orElse(CONTAINER_PORT));
      List<JsonValue> volumes = volumes();
      return new ServiceAgent.Image(volumes.isEmpty() ? run : run.with("volumes", volumes));
    }
    findings.fault(
        fields, "service " + service + " has neither 'image' nor 'build'; what should it run?");
    return new ServiceAgent.Template("");
  }

  private OptionalInt exposed() {
    return value("expose") instanceof Items items
            && !items.items().isEmpty()
            && items.items().get(0) instanceof Text text
        ? PublishedPorts.number(text.text().replaceFirst("[-/].*", ""))
        : OptionalInt.empty();
  }

  private void noVolumes() {
    if (has("volumes")) {
      findings.ignore("volumes", value("volumes").line(), "only run.image takes named volumes");
    }
  }

  private List<JsonValue> volumes() {
    List<JsonValue> found = new ArrayList<>();
    if (value("volumes") instanceof Items items) {
      for (PlacedYaml item : items.items()) {
        String[] parts =
            item instanceof Text text ? variables.filled(text).split(":", -1) : longForm(item);
        boolean named = parts.length > 1 && parts[0].matches("[A-Za-z0-9][A-Za-z0-9_.-]*");
        if (named) {
          lines.put("/run/volumes/" + found.size(), item.line());
          JsonValue volume =
              JsonValue.object()
                  .with("name", volumeNames.getOrDefault(parts[0], parts[0]))
                  .with("path", parts[1]);
          found.add(
              parts.length > 2 && List.of(parts[2].split(",")).contains("ro")
                  ? volume.with("readOnly", true)
                  : volume);
        } else {
          findings.ignore(
              "volumes", item.line(), "only named volumes are, no folders of the machine");
        }
      }
    }
    return found;
  }

  private String[] longForm(PlacedYaml item) {
    if (!(item instanceof Fields volume)) {
      return new String[0];
    }
    Map<String, String> texts = new HashMap<>();
    volume
        .fields()
        .forEach(
            (key, at) -> texts.put(key, at instanceof Text text ? variables.filled(text) : ""));
    return "volume".equals(texts.getOrDefault("type", "volume"))
        ? new String[] {
          texts.getOrDefault("source", ""),
          texts.getOrDefault("target", ""),
          "true".equals(texts.get("read_only")) ? "ro" : "rw"
        }
        : new String[0];
  }

  private JsonValue parts(Environment environment, Environment labels) {
    JsonValue parts = JsonValue.object();
    String version =
        environment.value("AGENT_VERSION").or(() -> labels.value("nexus.version")).orElse("1.0.0");
    parts = parts.with("version", version);
    lines.put("/version", environment.line("AGENT_VERSION", fields.line()));
    Map<String, JsonValue> env = new TreeMap<>();
    List<String> secrets = new ArrayList<>();
    environment
        .entries()
        .forEach(
            (name, entry) -> {
              String text = entry.value().orElse("");
              if (GIVEN.contains(name)) {
                return;
              }
              lines.put("/env/" + name, entry.line());
              if (entry.value().isEmpty() || Variables.isAll(text, name)) {
                secrets.add(name);
              } else {
                env.put(name, JsonValue.of(variables.kept(name, entry.line(), text)));
              }
            });
    if (!env.isEmpty()) {
      parts = parts.with("env", env);
    }
    if (!secrets.isEmpty()) {
      parts = parts.with("secrets", secrets.stream().sorted().map(JsonValue::of).toList());
    }
    return resources(parts);
  }

  private JsonValue resources(JsonValue parts) {
    Resources found = Resources.read(fields, variables, findings);
    JsonValue resources = JsonValue.object();
    if (found.memory().isPresent()) {
      resources = resources.with("memory", found.memory().get().value());
      lines.put("/resources/memory", found.memory().get().line());
    }
    if (found.cpus().isPresent()) {
      resources = resources.with("cpus", found.cpus().get().value());
      lines.put("/resources/cpus", found.cpus().get().line());
    }
    JsonValue all = resources.fields().isEmpty() ? parts : parts.with("resources", resources);
    int replicas = found.replicas();
    return replicas > 1
        ? all.with("scale", JsonValue.object().with("min", replicas).with("max", replicas))
        : all;
  }
}
