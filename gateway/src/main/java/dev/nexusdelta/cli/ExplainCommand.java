package dev.nexusdelta.cli;

import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.cli.shell.Table;
import dev.nexusdelta.cli.shell.Times;
import dev.nexusdelta.sdk.JsonValue;
import dev.nexusdelta.sdk.ProblemException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nexus explain}. */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    description = "Says why a call was slow or refused, or why there are so many replicas.",
    subcommands = {ExplainCommand.Call.class, ExplainScaling.class})
final class ExplainCommand extends CommandGroup {
  ExplainCommand() {
    super("explain needs a sub-command: call or scaling");
  }

  /** {@code nexus explain call}. */
  @Command(
      name = "call",
      mixinStandardHelpOptions = true,
      description =
          "Tells the story of one call by its request id; without an id, lists recent calls.",
      footer = {
        "",
        "Kept for 24 hours at most: failed calls, the slowest of each agent and minute, a sample",
        "of the rest. The request id stands in the header X-Request-Id of the answer."
      })
  static final class Call implements Callable<Integer> {
    private final Shell shell;
    @Mixin private GatewayOptions gateway = new GatewayOptions();
    @Mixin private OutputOption output = new OutputOption();

    @Parameters(arity = "0..1", paramLabel = "REQUEST_ID", description = "as in X-Request-Id")
    private @Nullable String id;

    @Option(names = "--agent", paramLabel = "NAME", description = "list: of this agent only")
    private @Nullable String agent;

    @Option(names = "--slow", description = "list: the slowest ones")
    private boolean slow;

    @Option(
        names = "--code",
        paramLabel = "CODE",
        description = "list: with this status or problem code, such as 503 or queue_full")
    private @Nullable String code;

    @Option(
        names = "--since",
        paramLabel = "TIME",
        description = "list: only later ones: how far back (10m), or a time")
    private @Nullable String since;

    Call(Shell shell) {
      this.shell = shell;
    }

    @Override
    public Integer call() {
      Connection connection = gateway.connect(shell);
      if (id == null) {
        JsonValue calls = connection.admin().calls(agent, slow, code, since);
        output.print(shell, calls, () -> table(calls.get("calls").items()));
      } else {
        JsonValue call = one(connection, id);
        output.print(shell, call, () -> CallStory.of(call));
      }
      return ExitCode.OK.number();
    }

    private static JsonValue one(Connection connection, String id) {
      try {
        return connection.admin().call(id);
      } catch (ProblemException e) {
        if (e.status() != 404) {
          throw e;
        }
        throw new CommandFailure(
            ExitCode.NOT_FOUND,
            "no call with request id '"
                + id
                + "' is kept: it went well and was not among the sampled ones, is too old, or"
                + " went through another gateway",
            "nexus explain call lists those that are kept; every call has its line in"
                + " logs/access.jsonl of the data folder");
      }
    }

    private static String table(List<JsonValue> calls) {
      Table table =
          new Table("AT", "REQUEST", "AGENT", "TOOL", "STATUS", "CODE", "TOOK", "TRIES", "KEPT");
      for (JsonValue call : calls) {
        table.row(
            Times.millis(call.get("at").text()),
            call.get("requestId").text(),
            call.get("agent").text(),
            call.get("tool").text(),
            call.get("status").text(),
            call.get("code").text(),
            CallStory.time(call.get("durationMs")),
            Integer.toString(call.get("attempts").items().size()),
            call.get("kept").text());
      }
      return table.toString();
    }
  }
}
