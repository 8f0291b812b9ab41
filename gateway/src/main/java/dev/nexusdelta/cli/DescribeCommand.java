package dev.nexusdelta.cli;

import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.cli.shell.Table;
import dev.nexusdelta.cli.shell.Times;
import dev.nexusdelta.manifest.ManifestReader;
import dev.nexusdelta.manifest.ManifestWriter;
import dev.nexusdelta.sdk.JsonValue;
import dev.nexusdelta.sdk.ProblemException;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code nexus describe}. */
@Command(
    name = "describe",
    mixinStandardHelpOptions = true,
    description = "Shows everything about an agent: state, replicas, each value and its source.")
final class DescribeCommand implements Callable<Integer> {
  private final Shell shell;
  @Mixin private GatewayOptions gateway = new GatewayOptions();
  @Mixin private OutputOption output = new OutputOption();
  @Mixin private NameArguments names = new NameArguments();

  DescribeCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    String name = names.one("describe");
    Connection connection = gateway.connect(shell);
    JsonValue agent = connection.admin().agent(name);
    output.print(
        shell,
        agent,
        () -> text(agent, rule(connection, name), sync(connection, agent), connection.url()));
    return ExitCode.OK.number();
  }

  /** Nothing where the gateway is older than the question. */
  private static String rule(Connection connection, String name) {
    try {
      return ScalingStory.rule(connection.admin().scaling(name, 0));
    } catch (ProblemException e) {
      return "";
    }
  }

  private static String sync(Connection connection, JsonValue agent) {
    return agent.get("sync").text("off").equals("off")
        ? ""
        : SyncStory.of(agent, connection.admin().cluster().get("registry"));
  }

  private String text(JsonValue agent, String rule, String sync, URI gateway) {
    JsonValue status = agent.get("status");
    StringBuilder text = new StringBuilder();
    line(text, "Name", agent.get("name").text());
    line(
        text,
        "State",
        status.get("state").text()
            + ", "
            + status.get("ready").text("0")
            + " of "
            + status.get("desired").text("0")
            + " replicas ready"
            + (agent.get("pinned").isPresent() ? " (set by nexus scale)" : ""));
    line(text, "Reason", status.get("reason").text());
    line(text, "Scaling", rule);
    line(text, "Version", status.get("version").text() + release(status));
    line(text, "Endpoint", gateway + status.get("endpoint").text());
    line(text, "Health", status.get("health").text());
    line(
        text,
        "Tools",
        String.join(", ", status.get("tools").items().stream().map(JsonValue::text).toList()));
    line(
        text,
        "Revision",
        agent.get("revision").text()
            + ", changed "
            + Times.ago(agent.get("updated").text(), Instant.now())
            + " ago by "
            + agent.get("by").text());
    line(text, "Sync", sync);
    line(text, "File", file(agent.get("source")));
    spec(text, agent);
    placement(text, status.get("placement").items());
    replicas(text, status);
    lastLines(text, status);
    return text.toString();
  }

  private static void line(StringBuilder text, String label, String value) {
    if (!value.isEmpty()) {
      text.append(String.format("%-10s", label + ":")).append(value).append('\n');
    }
  }

  private static String release(JsonValue status) {
    String release = status.get("release").text();
    String target = status.get("target").text();
    if (release.isEmpty()) {
      return target.isEmpty() ? "" : ", release " + target + " has not been ready yet";
    }
    String shown = ", release " + release;
    if (status.get("reason").text().startsWith("release " + target + " failed")) {
      return shown + "; " + target + " failed";
    }
    return target.isEmpty() || target.equals(release)
        ? shown
        : shown + ", being replaced by " + target;
  }

  private String file(JsonValue source) {
    if (!source.get("file").isPresent()) {
      return "none: this agent lives in the registry only";
    }
    String file = shell.shown(shell.cwd().resolve(source.get("file").text()));
    return source.get("applied").truth(true)
        ? file + ", applied"
        : file + ", not applied as it is now (see below; to apply it: nexus apply)";
  }

  private void spec(StringBuilder text, JsonValue agent) {
    Map<String, String> drift = new HashMap<>();
    for (JsonValue key : agent.get("source", "drift").items()) {
      drift.put(key.get("key").text(), key.get("file").text("nothing"));
    }
    boolean fromFile = agent.get("source", "file").isPresent();
    Map<String, String> defaults = defaults(agent.get("name").text());
    Table table = new Table("KEY", "VALUE", "SOURCE");
    SpecKeys.flat(agent.get("spec"))
        .forEach(
            (key, value) -> {
              String source =
                  drift.containsKey(key)
                      ? "registry; the file says " + drift.remove(key)
                      : value.equals(defaults.get(key))
                          ? "default"
                          : fromFile ? "file" : "registry";
              table.row(key, value, source);
            });
    drift.forEach((key, file) -> table.row(key, "", "registry; the file says " + file));
    text.append('\n').append(table);
  }

  /** What a manifest without any key but the needed ones has. */
  private static Map<String, String> defaults(String name) {
    return ManifestReader.read("name: " + name + "\nrun: {command: x}\n")
        .fold(
            manifest -> {
              Map<String, String> flat =
                  SpecKeys.flat(JsonValue.parse(ManifestWriter.write(manifest).encode()));
              flat.remove("name");
              flat.remove("run.command");
              return flat;
            },
            faults -> Map.of());
  }

  /** In a cluster only. */
  private static void placement(StringBuilder text, List<JsonValue> places) {
    if (places.isEmpty()) {
      return;
    }
    Table table = new Table("GATEWAY", "WANTED", "READY", "REASON");
    for (JsonValue place : places) {
      table.row(
          place.get("gateway").text(),
          place.get("wanted").text("0"),
          place.get("ready").text("0"),
          place.get("reason").text());
    }
    text.append('\n').append(table);
  }

  private static void replicas(StringBuilder text, JsonValue status) {
    List<JsonValue> replicas = status.get("replicas").items();
    if (replicas.isEmpty()) {
      text.append("\nno replicas\n");
      return;
    }
    text.append('\n').append(table(replicas, status.get("placement").items().size() > 1));
  }

  /**
   * What only the gateway of a replica knows, such as its start, is missing for those of others.
   */
  private static String table(List<JsonValue> replicas, boolean several) {
    List<String> head = new ArrayList<>(List.of("REPLICA"));
    if (several) {
      head.add("GATEWAY");
    }
    head.addAll(
        List.of(
            "STATE",
            "CIRCUIT",
            "ADDRESS",
            replicas.stream().anyMatch(Containers::isOne) ? "CONTAINER" : "PID",
            "VERSION",
            "IN FLIGHT",
            "SINCE",
            "START",
            "REASON"));
    Table table = new Table(head.toArray(String[]::new));
    for (JsonValue replica : replicas) {
      List<String> row = new ArrayList<>(List.of(replica.get("id").text()));
      if (several) {
        row.add(replica.get("gateway").text());
      }
      row.addAll(
          List.of(
              replica.get("state").text(),
              replica.get("circuit").text(),
              replica.get("address").text(),
              replica.get("pid").text(Containers.shortId(replica)),
              replica.get("version").text(),
              replica.get("inflight").text("0"),
              Times.ago(replica.get("since").text(), Instant.now()),
              start(replica.get("start")),
              replica.get("reason").text()));
      table.row(row.toArray(String[]::new));
    }
    return table.toString();
  }

  /** {@code create 0.082s, ready 0.513s}. */
  private static String start(JsonValue phases) {
    return String.join(
        ", ",
        phases.fields().entrySet().stream()
            .map(phase -> phase.getKey() + " " + phase.getValue().text())
            .toList());
  }

  private static void lastLines(StringBuilder text, JsonValue status) {
    List<JsonValue> lines = status.get("lastLines").items();
    if (!lines.isEmpty()) {
      text.append("\nlast log lines of what failed:\n");
      lines.forEach(line -> text.append("| ").append(line.text()).append('\n'));
    }
  }
}
