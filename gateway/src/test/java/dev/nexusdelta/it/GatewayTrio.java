package dev.nexusdelta.it;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.cli.shell.Waiting;
import dev.nexusdelta.host.TestPorts;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Three gateways of one cluster, each in a workspace of its own, and an agent whose code only the
 * first one's has. What the others know of it has come from there.
 */
final class GatewayTrio implements AutoCloseable {
  /** Of the agent; its tool answers with the pid. */
  static final String AGENT = "twin";

  static final String CALL = "{\"tool_name\":\"who\",\"parameters\":{}}";

  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final Duration BETWEEN = Duration.ofMillis(100);

  private final List<Workspace> all = new ArrayList<>();

  /** In no workspace, which know what was started from them by what names their folder. */
  private final Path journal;

  private GatewayTrio(Path journal) {
    this.journal = journal;
  }

  /** Starts the first one, then two that join it and have no agent of their own. */
  static GatewayTrio open() throws Exception {
    GatewayTrio trio = new GatewayTrio(Files.createTempFile("nexus-it-starts", ""));
    try {
      trio.start();
      return trio;
    } catch (Throwable failure) {
      trio.close();
      throw failure;
    }
  }

  private void start() throws Exception {
    int first = Workspace.freePort();
    for (int i = 0; i < 3; i++) {
      int member = i == 0 ? first : Workspace.freePort();
      all.add(
          Workspace.open()
              .env("NEXUS_CLUSTER_PORT", String.valueOf(member))
              .env("NEXUS_PORTS", TestPorts.range(i)));
    }
    Path folder = all.get(0).folder().resolve("agents").resolve(AGENT);
    Files.createDirectories(folder);
    try (InputStream code = GatewayTrio.class.getResourceAsStream("/twin_agent.py")) {
      Files.copy(Objects.requireNonNull(code), folder.resolve("twin.py"));
    }
    Files.writeString(
        folder.resolve("agent.yaml"),
        "name: Twin\nrun: {command: 'python3 -B twin.py'}\nenv: {STARTS: %s}\n".formatted(journal));
    all.get(0).typeWell("./nexus up -d");
    List<Long> alone = own(all.get(0));
    for (Workspace other : all.subList(1, 3)) {
      other.typeWell("./nexus up -d --join 127.0.0.1:" + first);
    }
    await("one cluster of three", this::isWhole);
    await("others came", () -> healthy(third()).size() == 1);
    assertThat(own(first())).as("company changes nothing").isEqualTo(alone);
  }

  List<Workspace> all() {
    return all;
  }

  Workspace first() {
    return all.get(0);
  }

  Workspace third() {
    return all.get(2);
  }

  /** All but one. */
  List<Workspace> but(Workspace one) {
    return all.stream().filter(each -> each != one).toList();
  }

  /** The one that leads. */
  Workspace leader() throws Exception {
    String leader = leaders(first()).get(0);
    return all.stream().filter(each -> name(each).equals(leader)).findFirst().orElseThrow();
  }

  /** One that does not lead, and has not had the agent from the start. */
  Workspace follower() throws Exception {
    Workspace leader = leader();
    return all.get(leader == third() ? 1 : 2);
  }

  static String name(Workspace workspace) {
    return "gateway-" + port(workspace);
  }

  static int port(Workspace workspace) {
    return URI.create(workspace.url()).getPort();
  }

  /** Pids of all starts of the agent so far. */
  List<String> starts() throws IOException {
    return Files.readAllLines(journal);
  }

  /** Starts what does not run, and waits until all are one cluster. */
  void up() throws Exception {
    for (Workspace each : all) {
      if (!ProcessHandle.of(each.gatewayPid()).map(ProcessHandle::isAlive).orElse(false)) {
        each.typeWell("./nexus up -d");
      }
    }
    await("one cluster of three", this::isWhole);
  }

  /** Kills all gateways, then starts them together: one alone is not ready. */
  void restart() throws Exception {
    for (Workspace each : all) {
      kill(each);
    }
    Path nowhere = Path.of("/dev/null");
    List<Process> starts = new ArrayList<>();
    for (Workspace each : all) {
      starts.add(each.start("./nexus up -d", nowhere, nowhere));
    }
    await("all started", () -> starts.stream().noneMatch(Process::isAlive));
    up();
  }

  /** Those on whose hosts nothing is to run; the first one is none of them. */
  String drained() throws Exception {
    return first().type("./nexus drain --undo -o json " + name(first())).out();
  }

  private boolean isWhole() throws Exception {
    for (Workspace each : all) {
      JsonObject cluster = each.admin("/cluster");
      if (gateways(cluster).size() != all.size()
          || leaders(each).size() != 1
          || cluster.containsKey("trouble")) {
        return false;
      }
    }
    return true;
  }

  private static List<String> leaders(Workspace workspace) throws Exception {
    return gateways(workspace.admin("/cluster")).stream()
        .filter(gateway -> gateway.getBoolean("leader"))
        .map(gateway -> gateway.getString("name"))
        .toList();
  }

  static List<JsonObject> gateways(JsonObject cluster) {
    return objects(cluster.getJsonArray("gateways"));
  }

  /** One replica with each gateway. */
  void spread() throws Exception {
    if (!isSpread()) {
      first().typeWell("./nexus scale twin=1");
      await("one replica", () -> all.stream().allMatch(each -> counted(each) == 1));
      first().typeWell("./nexus scale twin=3");
    }
    await("one replica with each gateway", this::isSpread);
  }

  private boolean isSpread() throws Exception {
    return replicas().values().stream().allMatch(own -> own.size() == 1)
        && all.stream().allMatch(each -> counted(each) == 3);
  }

  private static int counted(Workspace seenBy) {
    try {
      return healthy(seenBy).size();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Pids of the agent's replicas that are healthy, by the gateway that owns them. */
  Map<String, List<Long>> replicas() throws Exception {
    return replicas(all);
  }

  static Map<String, List<Long>> replicas(List<Workspace> of) throws Exception {
    Map<String, List<Long>> pids = new TreeMap<>();
    for (Workspace each : of) {
      pids.put(name(each), own(each));
    }
    return pids;
  }

  /** Pids of those that one gateway owns. */
  static List<Long> own(Workspace workspace) throws Exception {
    return healthy(workspace).stream()
        .filter(replica -> replica.getString("gateway").equals(name(workspace)))
        .map(replica -> replica.getLong("pid"))
        .sorted()
        .toList();
  }

  /** As one gateway sees them, with each gateway: how many. */
  static Map<String, Long> counts(Workspace seenBy) throws Exception {
    return healthy(seenBy).stream()
        .collect(groupingBy(replica -> replica.getString("gateway"), TreeMap::new, counting()));
  }

  static List<JsonObject> healthy(Workspace seenBy) throws Exception {
    return objects(seenBy.admin("/agents/twin/replicas").getJsonArray("replicas")).stream()
        .filter(replica -> replica.getString("state").equals("healthy"))
        .toList();
  }

  static List<JsonObject> objects(JsonArray array) {
    return array.stream().map(JsonObject.class::cast).toList();
  }

  /** Every agent as one gateway has it. */
  static Map<String, String> table(Workspace workspace) throws Exception {
    Map<String, String> table = new TreeMap<>();
    for (JsonObject agent : objects(workspace.admin("/agents").getJsonArray("agents"))) {
      table.put(
          agent.getString("name"),
          agent.getLong("revision")
              + agent.getJsonObject("spec").encode()
              + agent.getBoolean("enabled")
              + agent.getValue("pinned"));
    }
    return table;
  }

  /** The gateway alone dies; its replicas go on. */
  static void kill(Workspace workspace) throws Exception {
    end(ProcessHandle.of(workspace.gatewayPid()).orElseThrow());
  }

  /** All that runs there dies at once. */
  static void lose(Workspace workspace) throws Exception {
    List<ProcessHandle> there = workspace.processes();
    there.forEach(ProcessHandle::destroyForcibly);
    for (ProcessHandle each : there) {
      end(each);
    }
  }

  private static void end(ProcessHandle process) throws Exception {
    process.destroyForcibly();
    process.onExit().get(10, TimeUnit.SECONDS);
  }

  /** Sends a signal. */
  static void signal(String name, long pid) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(pid)).start();
    assertThat(kill.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(kill.exitValue()).isZero();
  }

  /** Something to be seen. */
  interface Look {
    boolean holds() throws Exception;
  }

  /** Waits until something is seen; who does not answer meanwhile is asked again. */
  void await(String what, Look look) throws Exception {
    boolean seen =
        Waiting.until(
            () -> {
              try {
                return look.holds();
              } catch (Exception | AssertionError notNow) {
                return false;
              }
            },
            PATIENCE,
            BETWEEN);
    if (!seen) {
      throw new AssertionError("waited " + PATIENCE + " for: " + what + "\n" + story());
    }
  }

  /** How all of them see things, and the ends of their logs. */
  private String story() throws IOException {
    StringBuilder story = new StringBuilder();
    for (Workspace each : all) {
      story.append(name(each)).append(":\n");
      try {
        story.append(each.admin("/cluster").encode()).append('\n');
        story.append(each.admin("/agents/twin").encode()).append('\n');
      } catch (Exception | AssertionError e) {
        story.append(e).append('\n');
      }
      Path log = each.data().resolve("logs/gateway.log");
      List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
      lines.stream()
          .skip(Math.max(0, lines.size() - 60))
          .forEach(it -> story.append(it).append('\n'));
    }
    return story.toString();
  }

  @Override
  public void close() throws Exception {
    Files.deleteIfExists(journal);
    Throwable failure = null;
    for (Workspace each : all) {
      try {
        each.close();
      } catch (Exception | AssertionError e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw new AssertionError("a gateway did not end well", failure);
    }
  }
}
