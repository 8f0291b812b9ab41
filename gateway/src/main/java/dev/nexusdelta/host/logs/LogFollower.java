package dev.nexusdelta.host.logs;

import dev.nexusdelta.host.LogLine;
import dev.nexusdelta.host.ReplicaHost;
import dev.nexusdelta.host.supervision.Actor;
import dev.nexusdelta.manifest.AgentName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Follows the logs of one agent: looks at the files each 100 ms and reads a bounded piece of what
 * is new. A look begins only after the lines of the one before have been handed over.
 */
public final class LogFollower implements ReplicaHost.Closeable {
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final int MOST_PER_LOOK = 256 << 10;
  private static final int LONGEST_LINE = 64 << 10;

  private final Actor actor;
  private final LogFiles logs;
  private final AgentName agent;
  private final InstantSource clock;
  private final Consumer<LogLine> lines;
  private final Map<Path, Tail> tails = new HashMap<>();
  private boolean looking;
  private volatile boolean closed;
  private boolean begun;
  private long timer = -1;

  public LogFollower(
      Actor actor, LogFiles logs, AgentName agent, InstantSource clock, Consumer<LogLine> lines) {
    this.actor = actor;
    this.logs = logs;
    this.agent = agent;
    this.clock = clock;
    this.lines = lines;
  }

  /** How far one file is read. */
  private static final class Tail {
    private long offset;
    private final ByteArrayOutputStream partial = new ByteArrayOutputStream();
  }

  /** On the actor's context. */
  public void start() {
    look();
    timer = actor.every(LOOK, this::look);
  }

  @Override
  public void close() {
    closed = true;
    actor.run(() -> actor.cancel(timer));
  }

  private void look() {
    if (looking || closed) {
      return;
    }
    looking = true;
    actor
        .files(this::read)
        .onComplete(
            read -> {
              looking = false;
              if (read.succeeded() && !closed) {
                read.result().forEach(lines);
              }
            });
  }

  /** One look at a time: the state is handed from thread to thread by the actor. */
  private List<LogLine> read() throws IOException {
    List<LogLine> found = new ArrayList<>();
    Instant now = clock.instant();
    List<Path> files = logs.currentFiles(agent);
    tails.keySet().retainAll(files);
    for (Path file : files) {
      Tail tail = tails.get(file);
      if (tail == null) {
        tail = new Tail();
        // What stood there before the first look is old; a file that appears later is all new.
        tail.offset = begun ? 0 : Files.size(file);
        tails.put(file, tail);
      }
      readNew(file, tail, now, found);
    }
    begun = true;
    return found;
  }

  private void readNew(Path file, Tail tail, Instant now, List<LogLine> found) throws IOException {
    String replica = LogFiles.replicaOf(file);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size < tail.offset) {
        tail.offset = 0;
      }
      ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(size - tail.offset, MOST_PER_LOOK));
      while (bytes.hasRemaining()) {
        int count = channel.read(bytes, tail.offset);
        if (count < 0) {
          break;
        }
        tail.offset += count;
      }
      bytes.flip();
      while (bytes.hasRemaining()) {
        byte next = bytes.get();
        if (next != '\n') {
          tail.partial.write(next);
        }
        if (next == '\n' || tail.partial.size() >= LONGEST_LINE) {
          String text = tail.partial.toString(StandardCharsets.UTF_8);
          found.add(new LogLine(Stamped.stampOf(text).orElse(now), replica, text));
          tail.partial.reset();
        }
      }
    }
  }
}
