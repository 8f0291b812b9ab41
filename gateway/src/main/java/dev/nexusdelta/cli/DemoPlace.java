package dev.nexusdelta.cli;

import dev.nexusdelta.app.FleetHost;
import dev.nexusdelta.app.SettingsReader;
import dev.nexusdelta.cli.process.GatewayProcess;
import dev.nexusdelta.cli.process.LeftOnEngine;
import dev.nexusdelta.cli.process.LeftOverAgents;
import dev.nexusdelta.cli.process.RunningGateway;
import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.cli.shell.Waiting;
import dev.nexusdelta.sdk.Admin;
import dev.nexusdelta.sdk.NexusClient;
import dev.nexusdelta.sdk.NexusException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder of its own with a gateway of its own on free ports, for a demo or a load test. Closing
 * it ends the gateway, whatever runs, and takes the folder away; so does the end of this process by
 * a signal.
 */
final class DemoPlace implements AutoCloseable {
  private static final Duration TO_END = Duration.ofSeconds(30);
  private final Shell shell;
  private final String what;
  private final Path folder;
  private final Map<String, String> flags;
  private final Thread atExit;
  private @Nullable GatewayProcess gateway;
  private @Nullable Connection connection;

  private DemoPlace(Shell shell, String what, Path folder, Map<String, String> flags) {
    this.shell = shell;
    this.what = what;
    this.folder = folder;
    this.flags = flags;
    this.atExit = new Thread(this::clear, what + "-clear");
  }

  /**
   * Makes the folder.
   *
   * @param what it is for, in one word
   * @param flags of the gateway beside those of the place
   */
  static DemoPlace make(Shell shell, String what, Map<String, String> flags) {
    try {
      Path folder = Files.createTempDirectory("nexus-" + what + "-");
      Files.createDirectories(folder.resolve("data"));
      DemoPlace place = new DemoPlace(withoutSettings(shell, folder), what, folder, flags);
      Runtime.getRuntime().addShutdownHook(place.atExit);
      return place;
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.FAILED,
          "cannot make a temporary folder: " + e.getMessage(),
          "make room in " + System.getProperty("java.io.tmpdir") + ", or set TMPDIR");
    }
  }

  /** The user's own configuration is not that of the place. */
  private static Shell withoutSettings(Shell shell, Path folder) {
    Map<String, String> env = new HashMap<>(shell.env());
    env.keySet().removeIf(name -> name.startsWith("NEXUS_") && !name.equals("NEXUS_JAVA_OPTS"));
    return new Shell(
        shell.out(),
        shell.err(),
        shell.in(),
        env,
        folder,
        shell.terminal(),
        shell.layout(),
        shell.program());
  }

  Path agents() {
    return folder.resolve("agents");
  }

  Path log() {
    return folder.resolve("gateway.log");
  }

  private Path data() {
    return folder.resolve("data");
  }

  /** File with the token of the gateway's admin API, once it serves. */
  Path keyFile() {
    return data().resolve("admin.token");
  }

  RunningGateway startGateway() {
    Map<String, String> flags = new LinkedHashMap<>(this.flags);
    flags.put("listen", "127.0.0.1:0");
    flags.put("data", data().toString());
    flags.put("agents", agents().toString());
    flags.put("ports", "18081-18980"); // taken ones are skipped
    GatewayProcess started =
        GatewayProcess.attached(shell, flags, data(), folder, Optional.of(log()));
    gateway = started;
    RunningGateway serving = started.awaitServing();
    connection = Connection.to(serving, null, data());
    return serving;
  }

  NexusClient client() {
    Connection open = connection;
    if (open == null) {
      throw new IllegalStateException("the gateway has not been started");
    }
    return open.client();
  }

  Admin admin() {
    return client().admin();
  }

  void stopGateway() {
    GatewayProcess running = gateway;
    if (running == null) {
      return;
    }
    admin().shutdown(true);
    Process process = running.process();
    if (!Waiting.until(() -> !process.isAlive(), TO_END, Duration.ofMillis(20))) {
      throw new CommandFailure(
          ExitCode.TIMED_OUT,
          "the " + what + " did not hold: the gateway does not end",
          "nexus doctor");
    }
    if (!new LeftOverAgents(data()).find().isEmpty() || FleetHost.remembered(data()).isPresent()) {
      throw new CommandFailure(
          ExitCode.FAILED,
          "the " + what + " did not hold: agents run on after the gateway",
          "nexus doctor");
    }
  }

  @Override
  public void close() {
    clear();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      return; // the process is ending: the hook has the same work, done once
    }
  }

  private synchronized void clear() {
    GatewayProcess running = gateway;
    if (running != null && running.process().isAlive()) {
      endHard(running.process());
    }
    LeftOverAgents agents = new LeftOverAgents(data());
    agents.end(agents.find(), true);
    if (FleetHost.remembered(data()).filter("docker"::equals).isPresent()) {
      endContainers();
    }
    delete();
  }

  private void endContainers() {
    try {
      String engine =
          SettingsReader.read(flags, shell.env(), shell.cwd()).docker().engine().toString();
      new LeftOnEngine(shell, data(), engine).end(true);
    } catch (CommandFailure e) {
      shell.say(e.getMessage() + "; to see what is left: docker ps -a --filter label=nexus.host");
    }
  }

  private void endHard(Process process) {
    try {
      if (connection != null) {
        admin().shutdown(true);
        Waiting.until(() -> !process.isAlive(), Duration.ofSeconds(10), Duration.ofMillis(20));
      }
    } catch (NexusException e) {
      shell.say("the gateway of the " + what + " does not answer: ending it");
    }
    process.destroyForcibly();
    Waiting.until(() -> !process.isAlive(), Duration.ofSeconds(5), Duration.ofMillis(20));
  }

  private void delete() {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      shell.say("the folder " + folder + " cannot be deleted: " + e.getMessage());
    }
  }
}
