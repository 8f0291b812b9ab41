package dev.nexusdelta.host.docker;

import dev.nexusdelta.host.LogLine;
import dev.nexusdelta.host.logs.LogFiles;
import dev.nexusdelta.manifest.AgentName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What containers wrote that are gone: {@code <logs>/<key>/<replica-id>.log}, each line behind the
 * time at which the engine read it. Blocking, thread-safe.
 */
final class DeadLogs {
  private final Path root;
  private final LogFiles files;

  DeadLogs(Path root) {
    this.root = root;
    this.files = new LogFiles(root, Long.MAX_VALUE);
  }

  /** Writes what the replica's container wrote, and deletes the oldest files of the agent. */
  void keep(AgentName agent, String replica, List<ContainerLine> lines, Predicate<String> living)
      throws IOException {
    List<String> stamped = new ArrayList<>(lines.size());
    lines.forEach(line -> stamped.add(line.at() + " " + line.text()));
    Files.write(files.create(agent, replica), stamped);
    files.prune(agent, living);
  }

  /** Lines of the agent's replicas that are gone, in no order. */
  List<LogLine> read(AgentName agent) throws IOException {
    List<LogLine> all = new ArrayList<>();
    Path folder = root.resolve(agent.key());
    if (!Files.isDirectory(folder)) {
      return all;
    }
    try (Stream<Path> found = Files.list(folder)) {
      for (Path file : found.filter(f -> f.toString().endsWith(".log")).toList()) {
        String name = file.getFileName().toString();
        String replica = name.substring(0, name.length() - ".log".length());
        for (String line : Files.readAllLines(file)) {
          int space = line.indexOf(' ');
          all.add(new LogLine(stamp(line, space), replica, line.substring(space + 1)));
        }
      }
    }
    return all;
  }

  private static Instant stamp(String line, int space) {
    try {
      return space < 0 ? Instant.EPOCH : Instant.parse(line.substring(0, space));
    } catch (DateTimeException cutOff) {
      return Instant.EPOCH;
    }
  }
}
