package dev.nexusdelta.cli;

import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.cli.shell.Times;
import dev.nexusdelta.sdk.Admin;
import dev.nexusdelta.sdk.Feed;
import dev.nexusdelta.sdk.JsonValue;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nexus events}. */
@Command(
    name = "events",
    mixinStandardHelpOptions = true,
    description = "Shows what has happened, and with -f what happens. -o json prints a line each.")
final class EventsCommand implements Callable<Integer> {
  private final Shell shell;
  @Mixin private GatewayOptions gateway = new GatewayOptions();
  @Mixin private OutputOption output = new OutputOption();

  @Option(
      names = {"-f", "--follow"},
      description = "go on with what happens next")
  private boolean follow;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "only later ones: how far back (10m), or a time (2026-11-22T07:30:00Z)")
  private @Nullable String since;

  EventsCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    Instant from = since == null ? Instant.MIN : Times.since("--since", since, Instant.now());
    // What other gateways tell comes when it is heard: a past that is whole can be put in order.
    List<JsonValue> past = new ArrayList<>();
    Admin admin = gateway.connect(shell).admin();
    try (Feed feed = admin.events(follow)) {
      for (JsonValue event : feed) {
        if (at(event).isBefore(from)) {
          continue;
        }
        if (follow) {
          print(event);
        } else {
          past.add(event);
        }
      }
    }
    if (follow) {
      throw FollowEnd.of(() -> admin.events(false).close());
    }
    past.sort(Comparator.comparing(EventsCommand::at));
    past.forEach(this::print);
    return ExitCode.OK.number();
  }

  private void print(JsonValue event) {
    output.printOne(shell, event, () -> line(event));
  }

  private static Instant at(JsonValue event) {
    try {
      return Instant.parse(event.get("at").text());
    } catch (DateTimeParseException e) {
      return Instant.MAX; // better shown than lost
    }
  }

  private static String line(JsonValue event) {
    StringBuilder line = new StringBuilder(Times.millis(event.get("at").text()));
    line.append("  ").append(event.get("type").text());
    String who = event.get("replica").text(event.get("agent").text());
    if (!who.isEmpty()) {
      line.append("  ").append(who);
    }
    if (!event.get("reason").text().isEmpty()) {
      line.append("  ").append(event.get("reason").text());
    }
    if (!event.get("by").text().isEmpty()) {
      line.append("  (by ").append(event.get("by").text()).append(')');
    }
    String gateway = event.get("gateway").text();
    if (!gateway.isEmpty()) {
      line.append("  (at ").append(gateway).append(')');
    }
    return line.toString();
  }
}
