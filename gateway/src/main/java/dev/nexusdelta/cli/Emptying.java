package dev.nexusdelta.cli;

import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Progress;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.cli.shell.Times;
import dev.nexusdelta.cli.shell.Waiting;
import dev.nexusdelta.sdk.Admin;
import dev.nexusdelta.sdk.JsonValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Waits until no replica runs on the host of a gateway.
 *
 * @param gateway its name
 */
record Emptying(Shell shell, Admin admin, String gateway) {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(250);

  /**
   * Says what is left at each change, until nothing is.
   *
   * @throws CommandFailure if something is left after {@code patience}
   */
  void await(Duration patience) {
    List<String> last = new ArrayList<>();
    boolean empty;
    try (Progress progress = new Progress(shell)) {
      empty =
          Waiting.until(
              () -> {
                last.clear();
                last.addAll(left(admin.agents().get("agents").items(), gateway));
                if (!last.isEmpty()) {
                  progress.step(gateway, "still has replicas of " + String.join(", ", last));
                }
                return last.isEmpty();
              },
              patience,
              BETWEEN_LOOKS);
    }
    if (!empty) {
      throw new CommandFailure(
          ExitCode.TIMED_OUT,
          gateway
              + " still has replicas of "
              + String.join(", ", last)
              + " after "
              + Times.shown(patience)
              + ", and goes on draining",
          "nexus describe "
              + last.get(0)
              + " shows why they have no other place; or a longer --wait");
    }
  }

  /** Agents of which some run there, or are to. Those at a URL run nowhere. */
  static List<String> left(List<JsonValue> agents, String gateway) {
    return agents.stream()
        .filter(agent -> isThere(agent.get("status"), gateway))
        .map(agent -> agent.get("name").text())
        .toList();
  }

  private static boolean isThere(JsonValue status, String gateway) {
    return status.get("replicas").items().stream()
            .anyMatch(
                replica ->
                    replica.get("gateway").text().equals(gateway)
                        && !replica.get("host").text().equals("url"))
        || status.get("placement").items().stream()
            .anyMatch(
                place ->
                    place.get("gateway").text().equals(gateway)
                        && (place.get("wanted").integer(0) > 0
                            || place.get("ready").integer(0) > 0));
  }
}
