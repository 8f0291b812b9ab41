package dev.nexusdelta.host.logs;

import dev.nexusdelta.host.LogLine;
import dev.nexusdelta.host.LogQuery;
import dev.nexusdelta.manifest.AgentName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What replicas write: {@code <logs>/<key>/<replica-id>.log}, open for append by the replica
 * itself, so that nobody needs to read for it to go on. Blocking, thread-safe.
 *
 * <p>A file that has grown too large is copied aside and cut to nothing: the replica keeps its file
 * open, and with append its next line lands at the new beginning. Lines written between the copy's
 * end and the cut are lost; that is a few microseconds of one rotation.
 */
public final class LogFiles {
  static final String ENDING = ".log";
  private static final Logger log = LoggerFactory.getLogger(LogFiles.class);
  private static final int ROTATED = 2;
  private static final int LONGEST_READ = 1 << 20;
  private static final int LAST_LINES = 20;
  private static final int DEAD_KEPT = 10;

  private final Path root;
  private final long limit;

  /**
   * @param limit bytes from which on a file is rotated
   */
  public LogFiles(Path root, long limit) {
    this.root = root;
    this.limit = limit;
  }

  Path folder(AgentName agent) {
    return root.resolve(agent.key());
  }

  public Path file(AgentName agent, String replica) {
    return folder(agent).resolve(replica + ENDING);
  }

  /** A place to append to. */
  public Path create(AgentName agent, String replica) throws IOException {
    Files.createDirectories(folder(agent));
    return file(agent, replica);
  }

  /** The last lines of one replica, at most 20. */
  public List<String> lastLines(AgentName agent, String replica) {
    try {
      List<String> lines = lines(file(agent, replica), 64 << 10);
      return List.copyOf(lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    } catch (IOException none) {
      return List.of();
    }
  }

  /** Lines of all the agent's replicas, oldest first. */
  public List<LogLine> read(AgentName agent, LogQuery query) throws IOException {
    List<LogLine> all = new ArrayList<>();
    for (Path current : currentFiles(agent)) {
      List<Stamped> ofReplica = new ArrayList<>();
      for (int age = ROTATED; age >= 0; age--) {
        Path file = aged(current, age);
        if (Files.exists(file)) {
          Instant written = Files.getLastModifiedTime(file).toInstant();
          ofReplica.addAll(Stamped.of(lines(file, LONGEST_READ), written));
        }
      }
      String replica = replicaOf(current);
      ofReplica.forEach(line -> all.add(new LogLine(line.at(), replica, line.text())));
    }
    query.since().ifPresent(since -> all.removeIf(line -> line.at().isBefore(since)));
    all.sort(Comparator.comparing(LogLine::at));
    return List.copyOf(all.subList(Math.max(0, all.size() - query.tail()), all.size()));
  }

  /** The files that are or were written to, without rotated ones. */
  List<Path> currentFiles(AgentName agent) throws IOException {
    List<Path> files = new ArrayList<>();
    if (Files.isDirectory(folder(agent))) {
      try (DirectoryStream<Path> found = Files.newDirectoryStream(folder(agent), "*" + ENDING)) {
        found.forEach(files::add);
      }
    }
    return files;
  }

  static String replicaOf(Path current) {
    String name = current.getFileName().toString();
    return name.substring(0, name.length() - ENDING.length());
  }

  /** Rotates the file if it has grown too large. */
  public void rotate(AgentName agent, String replica) {
    Path current = file(agent, replica);
    try {
      if (!Files.exists(current) || Files.size(current) <= limit) {
        return;
      }
      for (int age = ROTATED; age > 1; age--) {
        if (Files.exists(aged(current, age - 1))) {
          Files.move(
              aged(current, age - 1), aged(current, age), StandardCopyOption.REPLACE_EXISTING);
        }
      }
      copyEndAndCut(current, aged(current, 1));
    } catch (IOException e) {
      log.warn("cannot rotate {}: {}", current, e.toString());
    }
  }

  /** Of a file that grew faster than it was looked at, only the end is kept. */
  private void copyEndAndCut(Path current, Path target) throws IOException {
    try (FileChannel from =
            FileChannel.open(current, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileChannel to =
            FileChannel.open(
                target,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
      long end = from.size();
      for (long at = Math.max(0, end - limit); at < end; ) {
        at += from.transferTo(at, end - at, to);
      }
      from.truncate(0);
    }
  }

  /** Deletes the oldest files of replicas that no longer live. */
  public void prune(AgentName agent, Predicate<String> living) {
    try {
      List<Path> dead = new ArrayList<>(currentFiles(agent));
      dead.removeIf(file -> living.test(replicaOf(file)));
      dead.sort(Comparator.comparing(LogFiles::modified).reversed());
      for (Path file : dead.subList(Math.min(DEAD_KEPT, dead.size()), dead.size())) {
        for (int age = 0; age <= ROTATED; age++) {
          Files.deleteIfExists(aged(file, age));
        }
      }
    } catch (IOException e) {
      log.warn("cannot delete old logs of {}: {}", agent, e.toString());
    }
  }

  private static Instant modified(Path file) {
    try {
      return Files.getLastModifiedTime(file).toInstant();
    } catch (IOException gone) {
      return Instant.EPOCH;
    }
  }

  private static Path aged(Path current, int age) {
    return age == 0 ? current : current.resolveSibling(current.getFileName() + "." + age);
  }

  /** The last whole lines within the last {@code most} bytes. */
  private static List<String> lines(Path file, int most) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      long from = Math.max(0, size - most);
      ByteBuffer bytes = ByteBuffer.allocate((int) (size - from));
      while (bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) >= 0) {}
      String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
      List<String> lines = text.lines().toList();
      return from > 0 && lines.size() > 1 ? lines.subList(1, lines.size()) : lines;
    }
  }
}
