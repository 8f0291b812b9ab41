package dev.nexusdelta.cli.process;

import dev.nexusdelta.cli.shell.Waiting;
import dev.nexusdelta.sdk.JsonFormatException;
import dev.nexusdelta.sdk.JsonValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Replicas of a data folder whose gateway is gone. They serve on, for the next gateway to adopt.
 * Nobody is touched whose environment does not name the replica: process numbers are used again.
 */
public final class LeftOverAgents {
  private static final Duration GRACE = Duration.ofSeconds(10);
  private final Path data;

  /** One replica that runs without a gateway. */
  public record Replica(String id, String agent, long pid) {}

  /** Of this data folder. */
  public LeftOverAgents(Path data) {
    this.data = data;
  }

  /** Those that live, by name. */
  public List<Replica> find() {
    Path folder = data.resolve("replicas");
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<Replica> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.json")) {
      for (Path file : files) {
        Replica replica = read(file);
        if (replica.pid() > 0 && isOurs(replica)) {
          found.add(replica);
        }
      }
    } catch (IOException e) {
      return List.of();
    }
    found.sort(java.util.Comparator.comparing(Replica::id));
    return found;
  }

  private static Replica read(Path file) {
    try {
      JsonValue json = JsonValue.parse(Files.readString(file));
      return new Replica(
          json.get("id").text(), json.get("agent").text(), json.get("pid").integer(0));
    } catch (IOException | JsonFormatException e) {
      return new Replica("", "", 0); // half written, or gone meanwhile
    }
  }

  /** Whether that process is this replica. */
  private static boolean isOurs(Replica replica) {
    try {
      String environment =
          new String(
              Files.readAllBytes(Path.of("/proc", Long.toString(replica.pid()), "environ")),
              StandardCharsets.ISO_8859_1);
      return ("\0" + environment + "\0").contains("\0AGENT_REPLICA=" + replica.id() + "\0");
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Ends replicas: asks, and after a while does not ask any more.
   *
   * @param atOnce does not ask
   * @return those that live on all the same
   */
  public List<Replica> end(List<Replica> replicas, boolean atOnce) {
    if (!atOnce) {
      signal("TERM", replicas);
      Waiting.until(
          () -> replicas.stream().noneMatch(LeftOverAgents::isOurs), GRACE, Duration.ofMillis(50));
    }
    List<Replica> stubborn = replicas.stream().filter(LeftOverAgents::isOurs).toList();
    signal("KILL", stubborn);
    Waiting.until(
        () -> stubborn.stream().noneMatch(LeftOverAgents::isOurs),
        Duration.ofSeconds(2),
        Duration.ofMillis(20));
    List<Replica> left = stubborn.stream().filter(LeftOverAgents::isOurs).toList();
    replicas.stream().filter(replica -> !left.contains(replica)).forEach(this::forget);
    return left;
  }

  private void forget(Replica replica) {
    try {
      Files.deleteIfExists(data.resolve("replicas").resolve(replica.id() + ".json"));
    } catch (IOException e) {
      return; // the next gateway sees that nobody lives behind it
    }
  }

  /** Replicas lead a process group of their own; their children end with them. */
  private static void signal(String name, List<Replica> replicas) {
    for (Replica replica : replicas) {
      if (!isOurs(replica)) {
        continue;
      }
      String command =
          String.format(
              Locale.ROOT,
              "kill -s %s -- -%d 2>/dev/null || kill -s %s %d",
              name,
              replica.pid(),
              name,
              replica.pid());
      try {
        new ProcessBuilder("/bin/sh", "-c", command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor();
      } catch (IOException e) {
        ProcessHandle.of(replica.pid()).ifPresent(ProcessHandle::destroy);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
