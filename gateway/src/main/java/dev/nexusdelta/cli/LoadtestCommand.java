package dev.nexusdelta.cli;

import dev.nexusdelta.cli.loadtest.Comparison;
import dev.nexusdelta.cli.loadtest.LoadProcess;
import dev.nexusdelta.cli.loadtest.LoadSimulation;
import dev.nexusdelta.cli.loadtest.RunSummary;
import dev.nexusdelta.cli.process.RunningGateway;
import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.sdk.Admin;
import dev.nexusdelta.sdk.GatewayUrl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nexus loadtest}. */
@Command(
    name = "loadtest",
    mixinStandardHelpOptions = true,
    description = {
      "Runs a load test on a fleet of its own, or with --url on a gateway that runs.",
      "Exit code 0 only if every promise of the test was kept."
    },
    footer = {
      "",
      "smoke            every sample agent answers",
      "steady           one rate with a tenth of noise",
      "capacity         levels of rising rate, up to the knee",
      "spike            twenty times the calls at once, and back",
      "cold-start       200 callers at once of an agent without a replica",
      "losing-a-replica kill -9 of replicas under load",
      "soak             hours of the same",
      "mixed            short, long, streamed and failing calls of several agents"
    },
    subcommands = LoadtestCommand.Compare.class)
final class LoadtestCommand implements Callable<Integer> {
  private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

  private final Shell shell;
  @Spec private CommandSpec spec;
  @Mixin private GatewayOptions gateway = new GatewayOptions();
  @Mixin private OutputOption output = new OutputOption();

  @Parameters(arity = "0..1", paramLabel = "NAME", description = "which one, see below")
  private @Nullable String name;

  @Option(
      names = "--host",
      paramLabel = "KIND",
      description = "what runs a fleet of its own: process (unless given) or docker")
  private @Nullable String host;

  @Option(names = "--rate", paramLabel = "N", description = "callers a second")
  private @Nullable String rate;

  @Option(names = "--seconds", paramLabel = "N", description = "how long; of a level or the peak")
  private @Nullable Integer seconds;

  @Option(names = "--minutes", paramLabel = "N", description = "the same in minutes")
  private @Nullable Integer minutes;

  @Option(
      names = "--replicas",
      paramLabel = "N",
      description = "keep the tested agent at so many replicas")
  private @Nullable Integer replicas;

  @Option(
      names = "--off-autoscaler",
      description = "keep the agents at their fewest replicas: the run to compare with")
  private boolean offAutoscaler;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "another setting of the simulation, such as p95=500 or peak=200")
  private Map<String, String> settings = new LinkedHashMap<>();

  @SuppressWarnings("NullAway.Init") // picocli sets the spec
  LoadtestCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    if (name == null) {
      throw new ParameterException(
          spec.commandLine(), "loadtest needs a name, or the sub-command compare");
    }
    if (host != null && gateway.named(shell) != null) {
      throw new ParameterException(
          spec.commandLine(), "--host is of a fleet of its own: leave out --host, or --url");
    }
    LoadSimulation simulation = LoadSimulation.named(name);
    Map<String, String> properties = properties();
    LoadProcess process = LoadProcess.in(shell);
    Path folder = folder(process.clone(), simulation);
    RunSummary summary =
        gateway.named(shell) == null
            ? onItsOwnFleet(simulation, process, folder, properties)
            : onRunningGateway(simulation, process, folder, properties);
    output.print(
        shell, summary.json(), () -> summary.verdict() + "report: " + shell.shown(folder) + "\n");
    return summary.held() ? ExitCode.OK.number() : ExitCode.FAILED.number();
  }

  private Map<String, String> properties() {
    Map<String, String> properties = new LinkedHashMap<>();
    if (rate != null) {
      properties.put("rate", rate);
    }
    if (seconds != null && minutes != null) {
      throw new ParameterException(spec.commandLine(), "--seconds or --minutes, not both");
    }
    if (seconds != null) {
      properties.put("seconds", seconds.toString());
    }
    if (minutes != null) {
      properties.put("seconds", Long.toString(minutes * 60L));
    }
    if (offAutoscaler || replicas != null) {
      properties.put("autoscaler", "off");
    }
    properties.putAll(settings);
    return properties;
  }

  private RunSummary onItsOwnFleet(
      LoadSimulation simulation, LoadProcess process, Path folder, Map<String, String> properties) {
    DemoHost kind = DemoHost.of(shell, host == null ? "process" : host);
    try (DemoPlace place = DemoPlace.make(shell, "loadtest", kind.flags())) {
      RunningGateway started =
          LoadtestFleet.start(shell, place, process.clone(), simulation, kind.patience());
      pin(new LoadtestFleet(place.admin()), simulation);
      properties.put("url", started.url().toString());
      properties.put("admin", started.admin().toString());
      properties.put("key-file", place.keyFile().toString());
      RunSummary summary = process.run(simulation, folder, properties);
      place.stopGateway();
      return summary;
    }
  }

  private RunSummary onRunningGateway(
      LoadSimulation simulation, LoadProcess process, Path folder, Map<String, String> properties) {
    Connection connection = gateway.connect(shell);
    LoadtestFleet.check(connection.client(), simulation);
    properties.put("url", connection.url().toString());
    Path key = gateway.folders().keyFile(shell);
    Path data = gateway.settings(shell).data();
    RunningGateway.recorded(data)
        .filter(recorded -> recorded.url().equals(connection.url()))
        .ifPresent(recorded -> properties.put("admin", recorded.admin().toString()));
    Path token = key != null ? key : data.resolve("admin.token");
    // The token of a folder is for gateways of this machine only.
    boolean ours = key != null || GatewayUrl.isLoopback(connection.url());
    if (!ours || !Files.isReadable(token)) {
      shell.say("no key of that gateway: its replicas are not watched (--key-file)");
      return process.run(simulation, folder, properties);
    }
    properties.put("key-file", token.toAbsolutePath().toString());
    Admin admin = connection.admin();
    LoadtestFleet fleet = new LoadtestFleet(admin);
    try {
      pin(fleet, simulation);
      return process.run(simulation, folder, properties);
    } finally {
      fleet.restore();
    }
  }

  private void pin(LoadtestFleet fleet, LoadSimulation simulation) {
    String first = simulation.agents().get(0);
    if (replicas != null) {
      fleet.pin(first, OptionalInt.of(replicas));
    } else if (simulation.replicas().isPresent()) {
      fleet.pin(first, simulation.replicas());
    } else if (offAutoscaler) {
      simulation.agents().forEach(agent -> fleet.pin(agent, OptionalInt.empty()));
    }
  }

  private static Path folder(Path clone, LoadSimulation simulation) {
    String stamp = LocalDateTime.now(ZoneOffset.UTC).format(STAMP);
    Path folder =
        clone.resolve("target").resolve("loadtest").resolve(simulation.word() + "-" + stamp);
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.FAILED,
          "cannot make the folder " + folder + ": " + e.getMessage(),
          "make its parent writable");
    }
  }

  /** {@code nexus loadtest compare}. */
  @Command(
      name = "compare",
      mixinStandardHelpOptions = true,
      description = {
        "Sets a run B beside a run A of the same load test, figure by figure.",
        "Exit code 1 if something is worse by more than noise."
      },
      footer = {
        "",
        "Noise is the largest of: three standard errors of both runs together, taken from the medians",
        "of ten stretches of each phase; a tenth of A's figure (a fifth where it was measured once);",
        "what the figure can be measured by: 1 ms, 0.1 s, the step between two levels."
      })
  static final class Compare implements Callable<Integer> {
    private final Shell shell;
    @Mixin private OutputOption output = new OutputOption();

    @Parameters(index = "0", paramLabel = "A", description = "folder of a run, or its summary.json")
    private Path before = Path.of("");

    @Parameters(index = "1", paramLabel = "B", description = "the later one")
    private Path after = Path.of("");

    Compare(Shell shell) {
      this.shell = shell;
    }

    @Override
    public Integer call() {
      Comparison comparison =
          Comparison.of(
              RunSummary.read(shell.cwd().resolve(before)),
              RunSummary.read(shell.cwd().resolve(after)));
      output.print(shell, comparison.json(), comparison::table);
      return comparison.worse() ? ExitCode.FAILED.number() : ExitCode.OK.number();
    }
  }
}
