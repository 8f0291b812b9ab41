package dev.nexusdelta.cli;

import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.cli.shell.Times;
import dev.nexusdelta.sdk.Admin;
import dev.nexusdelta.sdk.Feed;
import dev.nexusdelta.sdk.JsonValue;
import dev.nexusdelta.sdk.NexusException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nexus logs}. */
@Command(
    name = "logs",
    mixinStandardHelpOptions = true,
    description = {
      "Shows what agents wrote, those that have ended too: the named ones, or all.",
      "-o json prints a line each."
    })
final class LogsCommand implements Callable<Integer> {
  private static final Pattern OWN_TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:");
  private final Shell shell;
  @Mixin private GatewayOptions gateway = new GatewayOptions();
  @Mixin private OutputOption output = new OutputOption();
  @Mixin private NameArguments names = new NameArguments();

  @Option(
      names = {"-f", "--follow"},
      description = "go on with new lines")
  private boolean follow;

  @Option(names = "--since", paramLabel = "TIME", description = "only later ones: 10m, or a time")
  private @Nullable String since;

  @Option(
      names = "--tail",
      paramLabel = "N",
      description = "at most the last N lines of each agent; default ${DEFAULT-VALUE}")
  private int tail = 100;

  LogsCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    Admin admin = gateway.connect(shell).admin();
    String from = since == null ? null : Times.since("--since", since, Instant.now()).toString();
    List<String> wanted = names.all();
    if (wanted.isEmpty()) {
      wanted =
          admin.agents().get("agents").items().stream().map(a -> a.get("name").text()).toList();
    }
    if (follow) {
      followAll(admin, wanted, from);
    } else {
      printAll(admin, wanted, from);
    }
    return ExitCode.OK.number();
  }

  private void printAll(Admin admin, List<String> wanted, @Nullable String from) {
    List<JsonValue> lines = new ArrayList<>();
    for (String name : wanted) {
      try (Feed feed = admin.logs(name, tail, from, false)) {
        feed.forEach(lines::add);
      }
    }
    if (wanted.size() > 1) {
      lines.sort(Comparator.comparing((JsonValue line) -> line.get("at").text()));
    }
    lines.forEach(this::print);
    if (lines.isEmpty() && !names.all().isEmpty() && since == null) {
      shell.say(
          "no lines of "
              + String.join(", ", wanted)
              + ": nothing was written yet, or the agent runs elsewhere (run.url) and keeps its"
              + " own log");
    }
  }

  private void followAll(Admin admin, List<String> wanted, @Nullable String from) {
    CountDownLatch left = new CountDownLatch(wanted.size());
    AtomicReference<@Nullable NexusException> failure = new AtomicReference<>();
    for (String name : wanted) {
      Thread reader =
          new Thread(
              () -> {
                try (Feed feed = admin.logs(name, tail, from, true)) {
                  feed.forEach(this::print);
                } catch (NexusException e) {
                  failure.compareAndSet(null, e);
                } finally {
                  left.countDown();
                }
              },
              "logs of " + name);
      reader.setDaemon(true);
      reader.start();
    }
    try {
      left.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    NexusException failed = failure.get();
    if (failed != null) {
      throw failed;
    }
    if (!wanted.isEmpty()) {
      throw FollowEnd.of(() -> admin.logs(wanted.get(0), 1, null, false).close());
    }
  }

  private synchronized void print(JsonValue line) {
    output.printOne(shell, line, () -> text(line));
  }

  /** Agents that tell the time themselves are not told it again. */
  static String text(JsonValue line) {
    String text = line.get("text").text();
    String at =
        OWN_TIME.matcher(text).lookingAt() ? "" : Times.millis(line.get("at").text()) + "  ";
    // What tells that lines are missing is no replica's.
    String source = line.get("gateway").isPresent() ? "gateway" : "replica";
    return line.get(source).text() + "  " + at + text;
  }
}
