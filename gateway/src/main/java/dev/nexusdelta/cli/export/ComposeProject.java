package dev.nexusdelta.cli.export;

import dev.nexusdelta.cli.folder.AgentFolder;
import dev.nexusdelta.cli.shell.YamlText;
import dev.nexusdelta.host.BuildFailedException;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.ManifestWriter;
import dev.nexusdelta.manifest.Run;
import dev.nexusdelta.sdk.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A folder that {@code docker compose up} runs as it is: one gateway, one service for each agent.
 * Used once.
 */
public final class ComposeProject {
  private final Map<AgentFolder, Manifest> agents;
  private final Images images;
  private final ShellVariables variables = new ShellVariables();
  private final Map<String, JsonValue> services = new LinkedHashMap<>();
  private final Map<String, JsonValue> volumes = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();
  private final String gateway;

  /**
   * Names of images.
   *
   * @param agent base of Java agents
   * @param command base of agents that are a command and bring no Dockerfile
   */
  public record Images(String gateway, String agent, String command) {}

  /** For these agents. */
  public ComposeProject(Map<AgentFolder, Manifest> agents, Images images) {
    this.agents = new LinkedHashMap<>(agents);
    this.images = images;
    // An agent may be called like that, and its own name is what it is known by.
    this.gateway =
        agents.keySet().stream().anyMatch(it -> it.key().equals("gateway"))
            ? "nexus-gateway"
            : "gateway";
  }

  /**
   * Writes all files.
   *
   * @param target an empty folder
   * @param work another one, for what is compiled
   * @param runtime jars of the agents' runtime; none will do without Java agents
   * @return what people should know
   * @throws BuildFailedException when an agent's code does not build
   */
  public List<String> write(Path target, Path work, List<Path> runtime)
      throws IOException, InterruptedException {
    services.put(gateway, ServiceText.gateway(images.gateway(), gateway));
    volumes.put("gateway", JsonValue.object());
    int feature;
    try (BuildFolders builds = new BuildFolders(work, runtime)) {
      feature = builds.feature();
      for (Map.Entry<AgentFolder, Manifest> agent : agents.entrySet()) {
        write(agent.getKey(), agent.getValue(), builds, target);
      }
    }
    Files.writeString(target.resolve("docker-compose.yml"), header(feature) + yaml());
    Files.writeString(target.resolve(".env.example"), example());
    Files.writeString(target.resolve(".gitignore"), ".env\n");
    return notes;
  }

  private void write(AgentFolder folder, Manifest manifest, BuildFolders builds, Path target)
      throws IOException, InterruptedException {
    String key = manifest.name().key();
    Path context = target.resolve("build").resolve(key);
    Run run = manifest.run();
    if (run instanceof Run.Url url) {
      noteUrl(manifest, url);
    } else {
      if (run instanceof Run.Java) {
        builds.java(manifest, folder, images.agent(), context);
      } else if (run instanceof Run.Command) {
        builds.command(folder, images.command(), context);
      } else if (run instanceof Run.Image image) {
        image.volumes().forEach(it -> volumes.put(it.name(), JsonValue.object()));
      }
      services.put(key, ServiceText.agent(manifest, key, variables.environment(manifest), gateway));
    }
    Path file = target.resolve("agents").resolve(key).resolve(AgentFolder.MANIFEST);
    Files.createDirectories(file.getParent());
    Files.writeString(file, YamlText.of(routed(manifest)));
  }

  private void noteUrl(Manifest manifest, Run.Url url) {
    boolean here =
        url.addresses().stream()
            .anyMatch(
                it ->
                    "container".equals(it.getScheme())
                        || it.getHost().matches("localhost|127\\..*|\\[::1]"));
    notes.add(
        manifest.name()
            + " runs elsewhere: no service, only a route to "
            + url.addresses()
            + (here
                ? ", which means something else inside the gateway's container: edit agents/"
                    + manifest.name().key()
                    + "/agent.yaml there"
                : ""));
  }

  /** The manifest as the gateway in its container needs it: it starts nothing itself. */
  private static JsonValue routed(Manifest manifest) {
    JsonValue routed = JsonValue.object();
    JsonValue all = JsonValue.parse(ManifestWriter.write(manifest).encode());
    for (Map.Entry<String, JsonValue> key : all.fields().entrySet()) {
      switch (key.getKey()) {
        case "port", "env", "secrets", "resources", "scale" -> {
          // For those who start replicas: the service has it.
        }
        case "run" ->
            routed =
                manifest.run() instanceof Run.Url
                    ? routed.with("run", key.getValue())
                    : routed.with(
                        "run", JsonValue.object().with("url", List.of(address(manifest))));
        default -> routed = routed.with(key.getKey(), key.getValue());
      }
    }
    return routed;
  }

  private static String address(Manifest manifest) {
    return "http://" + manifest.name().key() + ":" + ServiceText.port(manifest.run());
  }

  /** What is common stands once: our writer of YAML knows no anchors, so a mark is replaced. */
  private String yaml() {
    Map<String, JsonValue> marked = new LinkedHashMap<>();
    services.forEach(
        (name, service) -> {
          Map<String, JsonValue> keys = new LinkedHashMap<>(Map.of("@common", JsonValue.of("")));
          keys.putAll(service.fields());
          marked.put(name, JsonValue.of(keys));
        });
    return YamlText.of(
            JsonValue.object()
                .with("x-common", ServiceText.common())
                .with("services", marked)
                .with("volumes", volumes))
        .replaceFirst("x-common:", "x-common: &common")
        .replace("\"@common\": \"\"", "<<: *common");
  }

  private String header(int feature) {
    String any =
        services.keySet().stream().filter(it -> !it.equals(gateway)).findFirst().orElse("NAME");
    return """
        # %d agents behind one gateway. Written by: nexus export compose
        #
        #   docker compose up -d                    start, then: curl http://localhost:8080/agents
        #   docker compose up -d --scale %s=3
        #                                           three replicas behind the same URL, known within seconds
        #   docker compose down -v                  end and forget
        #
        # Images: %s and %s (of a JDK %d or later, which compiled
        # these agents); both are made by Dockerfile.gateway and Dockerfile.agent, or by docker/local-bases --gateway.
        # Variables: copy .env.example to .env and fill it in. NEXUS_PORT=9090 publishes the gateway on that port.
        # Only the gateway has a port on this machine, on loopback; agents are reached through it, so they scale.
        """
        .formatted(agents.size(), any, images.gateway(), images.agent(), feature);
  }

  private String example() {
    StringBuilder text =
        new StringBuilder("# Copy to .env, fill in, keep to yourself (mode 0600).\n");
    variables
        .wanted()
        .forEach(
            (name, purpose) ->
                text.append("\n# ").append(purpose).append('\n').append(name).append("=\n"));
    return text.append("\n#NEXUS_PORT=8080\n").toString();
  }
}
