package dev.nexusdelta.cli;

import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.cli.shell.Table;
import dev.nexusdelta.cli.shell.Times;
import dev.nexusdelta.cli.shell.Waiting;
import dev.nexusdelta.sdk.Admin;
import dev.nexusdelta.sdk.JsonValue;
import dev.nexusdelta.sdk.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nexus top}. */
@Command(
    name = "top",
    mixinStandardHelpOptions = true,
    description = "Shows what each replica uses: once, or on a terminal again and again.")
final class TopCommand implements Callable<Integer> {
  private static final Duration BETWEEN = Duration.ofSeconds(2);
  private static final Duration FIRST_LOOK = Duration.ofMillis(400);
  private final Shell shell;
  @Mixin private GatewayOptions gateway = new GatewayOptions();
  @Mixin private OutputOption output = new OutputOption();
  @Mixin private NameArguments names = new NameArguments();

  @Option(names = "--once", description = "show it once, on a terminal too")
  private boolean once;

  TopCommand(Shell shell) {
    this.shell = shell;
  }

  /** Processor seconds of each replica at one moment. */
  private record Sample(long nanos, Map<String, Double> cpu) {}

  @Override
  public Integer call() {
    Admin admin = gateway.connect(shell).admin();
    Sample before = sample(replicas(admin));
    Waiting.pause(FIRST_LOOK);
    boolean again = shell.terminal() && !once && output.isTable();
    do {
      List<JsonValue> replicas = replicas(admin);
      Sample now = sample(replicas);
      String table = table(replicas, before, now, several(admin));
      String clear = again ? "\u001b[H\u001b[2J" : "";
      output.print(shell, JsonValue.object().with("replicas", replicas), () -> clear + table);
      before = now;
      if (again) {
        Waiting.pause(BETWEEN);
      }
    } while (again);
    return ExitCode.OK.number();
  }

  private List<JsonValue> replicas(Admin admin) {
    List<String> wanted = names.all();
    if (wanted.isEmpty()) {
      wanted =
          admin.agents().get("agents").items().stream().map(a -> a.get("name").text()).toList();
    }
    List<JsonValue> replicas = new ArrayList<>();
    wanted.forEach(name -> replicas.addAll(admin.replicas(name, true).get("replicas").items()));
    return replicas;
  }

  /** Not where the gateway does not say. */
  private static boolean several(Admin admin) {
    try {
      return admin.cluster().get("gateways").items().size() > 1;
    } catch (ProblemException e) {
      return false;
    }
  }

  private static Sample sample(List<JsonValue> replicas) {
    Map<String, Double> cpu = new HashMap<>();
    replicas.forEach(r -> cpu.put(r.get("id").text(), r.get("cpuSeconds").number(-1)));
    return new Sample(System.nanoTime(), cpu);
  }

  /** What those of other gateways use is known there only. */
  private static String table(
      List<JsonValue> replicas, Sample before, Sample now, boolean several) {
    List<String> head = new ArrayList<>(List.of("REPLICA"));
    if (several) {
      head.add("GATEWAY");
    }
    head.addAll(List.of("STATE", "CPU", "MEMORY", "IN FLIGHT", "CIRCUIT", "UP"));
    Table table = new Table(head.toArray(String[]::new));
    for (JsonValue replica : replicas) {
      String id = replica.get("id").text();
      List<String> row = new ArrayList<>(List.of(id));
      if (several) {
        row.add(replica.get("gateway").text());
      }
      row.addAll(
          List.of(
              replica.get("state").text(),
              percent(before, now, id),
              Times.bytes(replica.get("memoryBytes").integer(-1)),
              replica.get("inflight").text("0"),
              replica.get("circuit").text(),
              Times.ago(replica.get("since").text(), Instant.now())));
      table.row(row.toArray(String[]::new));
    }
    return table.toString();
  }

  private static String percent(Sample before, Sample now, String id) {
    double from = before.cpu().getOrDefault(id, -1.0);
    double to = now.cpu().getOrDefault(id, -1.0);
    if (from < 0 || to < from) {
      return "";
    }
    double seconds = Math.max(1, now.nanos() - before.nanos()) / 1e9;
    return String.format(Locale.ROOT, "%.0f %%", 100 * (to - from) / seconds);
  }
}
