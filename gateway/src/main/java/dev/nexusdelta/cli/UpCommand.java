package dev.nexusdelta.cli;

import dev.nexusdelta.app.Settings;
import dev.nexusdelta.app.SettingsReader;
import dev.nexusdelta.cli.process.GatewayInTransit;
import dev.nexusdelta.cli.process.LeftOnEngine;
import dev.nexusdelta.cli.process.LeftOverAgents;
import dev.nexusdelta.cli.process.RunningGateway;
import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nexus up}. */
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description = {
      "Runs the gateway and the agents in agents/.",
      "Ctrl-C drains and ends gateway and agents; SIGTERM ends the gateway alone, and the next one"
          + " goes on with the agents that run."
    })
final class UpCommand implements Callable<Integer> {
  private static final Duration AGENTS_SETTLE = Duration.ofSeconds(75);
  private final Shell shell;
  @Mixin private FolderOptions folders = new FolderOptions();

  @Option(
      names = {"-d", "--detach"},
      description = "run in the background; returns when gateway and agents are ready")
  private boolean detach;

  @Option(
      names = "--replace",
      description =
          "takes over from the gateway that runs, without a failed call: the agents go on, callers"
              + " notice nothing")
  private boolean replace;

  @Option(
      names = "--listen",
      paramLabel = "ADDRESS:PORT",
      description = "where callers reach the gateway (NEXUS_LISTEN); default 127.0.0.1:8080")
  private @Nullable String listen;

  @Option(
      names = "--ports",
      paramLabel = "FIRST-LAST",
      description = "ports of the agents' first replicas (NEXUS_PORTS); default 8081-8180")
  private @Nullable String ports;

  @Option(
      names = "--host",
      paramLabel = "KIND",
      description = "what runs the agents (NEXUS_HOST): process (the default) or docker")
  private @Nullable String host;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "how agents reach this gateway (NEXUS_URL), when --listen does not say it")
  private @Nullable String url;

  @Option(
      names = "--join",
      paramLabel = "HOST:PORT",
      description =
          "forms a cluster with the gateway whose member listens there (NEXUS_CLUSTER_MEMBERS); the"
              + " one of the first gateway on a machine is 127.0.0.1:5701; may be given several"
              + " times")
  private List<String> join = List.of();

  UpCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    Map<String, String> flags = flags();
    Settings settings = SettingsReader.read(flags, shell.env(), shell.cwd());
    Optional<RunningGateway> running = new GatewayInTransit(shell, settings.data()).settle();
    if (running.isEmpty() || host != null) {
      BackgroundGateway.keepHost(settings);
    }
    if (running.isPresent() && replace) {
      return follow(flags, settings, running.get());
    }
    if (running.isPresent()) {
      if (listen != null && elsewhere(running.get().url(), settings)) {
        throw new CommandFailure(
            ExitCode.CONFLICT,
            "the gateway runs already at " + running.get().url() + ", not at " + listen,
            "nexus down first");
      }
      shell.say(
          "a gateway runs already on the data folder "
              + shell.shown(settings.data())
              + " (pid "
              + running.get().pid()
              + "): nothing to do; to end it: nexus down; to put this version or configuration in its"
              + " place: nexus up --replace");
      shell.out().println(running.get().url());
      return ExitCode.OK.number();
    }
    leftOvers(settings);
    if (replace) {
      shell.say("no gateway runs that could be replaced: starting one");
    }
    return run(flags, settings, Optional.empty());
  }

  /** The new one keeps the address, also where only the old one was told it. */
  private int follow(Map<String, String> flags, Settings settings, RunningGateway running) {
    BackgroundGateway.keepHost(settings);
    if (listen != null && elsewhere(running.url(), settings)) {
      throw new CommandFailure(
          ExitCode.CONFLICT,
          "the gateway that runs is at " + running.url() + ", and --replace keeps the address",
          "nexus up --replace without --listen; to change the address: nexus down first");
    }
    Map<String, String> same = new LinkedHashMap<>(flags);
    if (elsewhere(running.url(), settings)) {
      shell.say(
          "it keeps the address "
              + running.url()
              + ", though the configuration says "
              + settings.listen().host()
              + ":"
              + settings.listen().port()
              + "; to move there: nexus down, then nexus up");
    }
    if (!running.listen().isEmpty()) {
      same.put("listen", running.listen());
    }
    same.put("replace", "true");
    return run(same, settings, Optional.of(running));
  }

  private int run(Map<String, String> flags, Settings settings, Optional<RunningGateway> before) {
    settings.checkFiles(); // here, not in the log of a gateway that ends at once
    if (!detach) {
      return new ForegroundGateway(shell, folders, settings).run(flags);
    }
    RunningGateway gateway = BackgroundGateway.start(shell, flags, settings.data(), before);
    Connection connection = Connection.to(gateway, folders.keyFile(shell), settings.data());
    Joining joining = new Joining(shell, connection, settings.cluster().members());
    joining.await(() -> false);
    Overview overview = new Overview(shell, connection, gateway.certificate());
    boolean settled =
        overview.awaitAgents(settings.agents(), !joining.isStuck(), AGENTS_SETTLE, () -> false);
    shell.out().println(gateway.url());
    if (!joining.isStuck()) {
      overview.print();
      joining.tellGivenWay(overview, settings.agents());
    }
    if (!joining.isFound() && !join.isEmpty()) {
      throw joining.inVain();
    }
    joining.warnIfInVain();
    return settled ? ExitCode.OK.number() : ExitCode.PARTLY.number();
  }

  private void leftOvers(Settings settings) {
    List<String> left =
        settings.host().equals("docker")
            ? new LeftOnEngine(shell, settings.data(), settings.docker().engine().toString())
                .names()
            : new LeftOverAgents(settings.data())
                .find().stream().map(LeftOverAgents.Replica::id).toList();
    if (!left.isEmpty()) {
      shell.say(
          "going on with what an earlier gateway left: "
              + String.join(", ", left)
              + " (to end it instead: nexus down)");
    }
  }

  /** Port 0 is any port, and where a URL of its own is set, nothing tells the real address. */
  static boolean elsewhere(URI runs, Settings settings) {
    Settings.Address wanted = settings.listen();
    return wanted.port() != 0
        && settings.url().isEmpty()
        && runs.getPort() > 0
        && !new InetSocketAddress(runs.getHost(), runs.getPort())
            .equals(new InetSocketAddress(wanted.host(), wanted.port()));
  }

  private Map<String, String> flags() {
    Map<String, String> flags = new LinkedHashMap<>(folders.flags());
    put(flags, "listen", listen);
    put(flags, "ports", ports);
    put(flags, "host", host);
    put(flags, "url", url);
    put(flags, "cluster.members", join.isEmpty() ? null : String.join(",", join));
    return flags;
  }

  private static void put(Map<String, String> flags, String key, @Nullable String value) {
    if (value != null) {
      flags.put(key, value);
    }
  }
}
