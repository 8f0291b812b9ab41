package dev.nexusdelta.cli;

import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.cli.shell.Waiting;
import dev.nexusdelta.sdk.JsonValue;
import dev.nexusdelta.sdk.NexusException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Whether a gateway that has just started finds the others that it was told of. Used by one thread.
 */
final class Joining {
  /** A member that answers is found in two seconds; a port of something else tells nothing. */
  private static final Duration AT_MOST = Duration.ofSeconds(10);

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(150);

  /** What it had alone is looked at twice a second, and each agent may need a write. */
  private static final Duration TO_SETTLE = Duration.ofSeconds(2);

  private final Shell shell;
  private final Connection connection;
  private final List<String> members;
  private JsonValue cluster = JsonValue.object();
  private long foundNanos;

  /**
   * Of a gateway that serves.
   *
   * @param members where it was told to find others; none = it has nobody to join
   */
  Joining(Shell shell, Connection connection, List<String> members) {
    this.shell = shell;
    this.connection = connection;
    this.members = members;
  }

  /**
   * Waits until others are there, or it is known that nobody answers, and says who is.
   *
   * @param given looks whether to give up
   */
  void await(BooleanSupplier given) {
    if (members.isEmpty()) {
      return;
    }
    cluster = look();
    if (!isKnown(cluster)) {
      shell.say("looking for other gateways at " + String.join(", ", members));
    }
    Waiting.until(
        () -> {
          cluster = look();
          return given.getAsBoolean() || isKnown(cluster);
        },
        AT_MOST,
        BETWEEN_LOOKS);
    if (isFound()) {
      foundNanos = System.nanoTime();
      shell.say(found(cluster));
    }
  }

  private JsonValue look() {
    try {
      return connection.admin().cluster();
    } catch (NexusException e) {
      return cluster; // it may be ending; who waits for it says so
    }
  }

  /** Who is there, and who leads, or that it has looked for others in vain. */
  static boolean isKnown(JsonValue cluster) {
    List<JsonValue> gateways = cluster.get("gateways").items();
    return gateways.size() > 1
        ? gateways.stream().anyMatch(Joining::leads)
        : gateways.stream().anyMatch(one -> !one.get("member").text().isEmpty());
  }

  /** Whether there was nobody to find, or somebody was found. */
  boolean isFound() {
    return members.isEmpty() || cluster.get("gateways").items().size() > 1;
  }

  /** Whether nothing can be changed, such as agents registered. */
  boolean isStuck() {
    return !isFound() && !cluster.get("trouble").text().isEmpty();
  }

  /** Says which agents of this gateway's gave way to those of the others. */
  void tellGivenWay(Overview overview, Path folders) {
    if (!members.isEmpty() && isFound()) {
      Duration since = Duration.ofNanos(System.nanoTime() - foundNanos);
      overview.tellGivenWay(folders, TO_SETTLE.minus(since));
    }
  }

  static String found(JsonValue cluster) {
    List<JsonValue> gateways = cluster.get("gateways").items();
    String leader =
        gateways.stream()
            .filter(Joining::leads)
            .map(one -> one.get("name").text() + " leads")
            .findFirst()
            .orElse("none leads yet");
    return "joined: " + gateways.size() + " gateways, " + leader;
  }

  private static boolean leads(JsonValue gateway) {
    return gateway.get("leader").truth(false);
  }

  /** What to tell when nobody was found. */
  CommandFailure inVain() {
    return new CommandFailure(
        ExitCode.PARTLY,
        "no other gateway answers at "
            + String.join(", ", members)
            + "; this one stays up and goes on looking"
            + (isStuck() ? ", and nothing can be changed until it has found the others" : ""),
        "--join with the member of a gateway that runs: the first one on a machine has"
            + " 127.0.0.1:5701, /api/v1/cluster of each tells its own; to end this one: nexus down");
  }

  /** The same where others may be yet to start. */
  void warnIfInVain() {
    if (!isFound()) {
      shell.say("warning: " + inVain().getMessage());
    }
  }
}
