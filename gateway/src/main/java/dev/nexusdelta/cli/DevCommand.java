package dev.nexusdelta.cli;

import dev.nexusdelta.app.Settings;
import dev.nexusdelta.cli.folder.AgentFolder;
import dev.nexusdelta.cli.folder.LooseFile;
import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.cli.shell.Waiting;
import dev.nexusdelta.sdk.Admin;
import dev.nexusdelta.sdk.Change;
import dev.nexusdelta.sdk.Feed;
import dev.nexusdelta.sdk.JsonValue;
import dev.nexusdelta.sdk.NexusException;
import dev.nexusdelta.sdk.Operation;
import dev.nexusdelta.sdk.ProblemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nexus dev}. */
@Command(
    name = "dev",
    mixinStandardHelpOptions = true,
    description = {
      "Watches an agent's files: save, and the next call runs the new code.",
      "What does not compile is shown at once, and the last good code goes on serving.",
      "A loose FILE.java becomes an agent of that name. Starts a gateway if none runs."
    })
final class DevCommand implements Callable<Integer> {
  private static final Duration LOOK = Duration.ofMillis(50);
  private static final Duration TO_SERVE = Duration.ofSeconds(70);
  private final Shell shell;
  @Mixin private GatewayOptions gateway = new GatewayOptions();

  @Parameters(arity = "0..1", paramLabel = "NAME|FILE.java", description = "what to work on")
  private String subject = "";

  @Option(names = "--name", paramLabel = "NAME", description = "name of an agent")
  private String name = "";

  DevCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    String wanted = subject.isEmpty() ? name : subject;
    if (wanted.isEmpty()) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "what is to be worked on?",
          "nexus dev MyAgent, or nexus dev MyAgent.java");
    }
    Settings settings = gateway.settings(shell);
    AgentFolder folder = folder(wanted, settings.agents());
    Connection connection = gateway.connectOrStart(shell);
    String agent = folder.manifestOrFail(shell.shown(folder.manifestFile())).name().value();
    FolderWatch watch = new FolderWatch(folder.path());
    apply(connection.admin(), agent, true);
    follow(connection.admin(), agent);
    shell.say(
        "watching "
            + shell.shown(folder.path())
            + " (Ctrl-C ends the watching; the agent goes on)");
    while (!Thread.currentThread().isInterrupted()) {
      Waiting.pause(LOOK);
      if (watch.changed()) {
        apply(connection.admin(), agent, false);
      }
    }
    return ExitCode.OK.number();
  }

  private AgentFolder folder(String wanted, Path agents) {
    Path file = shell.cwd().resolve(wanted);
    if (wanted.endsWith(".java")) {
      if (!Files.isRegularFile(file)) {
        throw new CommandFailure(
            ExitCode.NOT_FOUND,
            "there is no file " + wanted,
            "nexus create --name MyAgent makes one to start from");
      }
      return LooseFile.asAgent(file, agents);
    }
    AgentFolder folder = AgentFolder.of(agents, wanted);
    if (!folder.exists()) {
      throw new CommandFailure(
          ExitCode.NOT_FOUND,
          "there is no agent folder " + shell.shown(folder.path()),
          "nexus create --name " + wanted);
    }
    return folder;
  }

  private void apply(Admin admin, String agent, boolean first) {
    long start = System.nanoTime();
    try {
      Change change = admin.apply(agent, false);
      Operation operation = first ? admin.start(agent) : change.operation();
      Operation ended = admin.await(operation, TO_SERVE, later -> {});
      if (ended.state().equals("failed")) {
        failed(ended.detail(), ended.lastLines());
      } else {
        serving(admin, agent, start);
      }
    } catch (ProblemException e) {
      new FailureReport(shell).print(e);
    }
  }

  private void serving(Admin admin, String agent, long start) {
    JsonValue[] status = {JsonValue.object()};
    Waiting.until(
        () -> {
          status[0] = admin.agent(agent).get("status");
          boolean replaced =
              !status[0].get("target").isPresent()
                  || status[0].get("target").equals(status[0].get("release"));
          boolean settled = replaced && status[0].get("state").text().equals("healthy");
          return settled || !status[0].get("reason").text().isEmpty();
        },
        TO_SERVE,
        LOOK);
    long millis = (System.nanoTime() - start) / 1_000_000;
    if (status[0].get("state").text().equals("healthy")
        && status[0].get("reason").text().isEmpty()) {
      shell.say(
          "serving "
              + status[0].get("version").text()
              + " (release "
              + status[0].get("release").text("?")
              + ") after "
              + millis
              + " ms");
    } else {
      failed(
          status[0].get("reason").text(),
          status[0].get("lastLines").items().stream().map(JsonValue::text).toList());
    }
  }

  private void failed(String detail, Iterable<String> lines) {
    shell.say("error: " + detail);
    lines.forEach(line -> shell.say("| " + line));
    shell.say("try: correct it and save; what served before goes on");
  }

  private void follow(Admin admin, String agent) {
    Thread reader =
        new Thread(
            () -> {
              try (Feed feed = admin.logs(agent, 0, null, true)) {
                feed.forEach(line -> shell.out().println(LogsCommand.text(line)));
              } catch (NexusException e) {
                shell.say("the log has ended: " + e.getMessage());
              }
            },
            "logs of " + agent);
    reader.setDaemon(true);
    reader.start();
  }
}
