package dev.nexusdelta.host.docker;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import dev.nexusdelta.host.LogQuery;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the log of one container to its present end, or on and on. For one thread, that of its
 * stream; blocking.
 */
final class LogReading {
  private static final String ALL = "all";
  private static final Set<String> ENDED = Set.of("exited", "dead", "removing");
  private static final int BEGINNING_OF_INSPECT = 1 << 20;

  private final String container;
  private final LogQuery query;
  private final Sink sink;
  private final LogPosition position;
  private final LineJoiner out = new LineJoiner(false);
  private final LineJoiner error = new LineJoiner(true);
  private boolean begun;

  /** Takes the lines. */
  interface Sink {
    void line(ContainerLine line) throws InterruptedException;
  }

  LogReading(String container, LogQuery query, Sink sink) {
    this.container = container;
    this.query = query;
    this.sink = sink;
    this.position = new LogPosition(query.since(), query.tail() < Integer.MAX_VALUE);
  }

  /** Reads what there is. */
  boolean once(EngineStream opener) throws IOException, InterruptedException {
    if (query.tail() > 0) {
      pump(opener, path(false, query.since(), tail(query.tail())));
      rest();
    }
    return false;
  }

  /**
   * Reads on until a cut or the container's end.
   *
   * @return false when nothing more can come
   */
  boolean follow(EngineStream opener) throws IOException, InterruptedException {
    try {
      readOld(opener);
      pump(opener, path(true, position.resume(), ALL));
      if (runs(opener)) {
        return true;
      }
      // A follow may end a moment before the last lines of a container that ends.
      pump(opener, path(false, position.resume(), ALL));
    } catch (DockerException e) {
      if (!EngineWire.isFinal(e)) {
        throw e;
      }
    }
    rest();
    return false;
  }

  /**
   * What is asked of the lines that stand there already is answered first and by itself: from then
   * on everything after the position is wanted, through whatever cuts.
   */
  private void readOld(EngineStream opener) throws IOException, InterruptedException {
    if (begun || !position.isUnset() || query.tail() == Integer.MAX_VALUE) {
      return;
    }
    if (query.tail() == 0) {
      skipOld(opener);
    } else {
      pump(opener, path(false, query.since(), tail(query.tail())));
    }
    begun = true;
  }

  /** The last message that stands there is the position after which all is new. */
  private void skipOld(EngineStream opener) throws IOException {
    try (Response response = opener.open(path(false, Optional.empty(), tail(1)))) {
      FrameReader frames = new FrameReader(response.getBody());
      FrameReader.@Nullable Frame frame;
      while ((frame = frames.next()) != null) {
        opener.heard();
        position.read(LogEntry.of(frame), true);
      }
      opener.heard();
    }
  }

  private static String tail(int lines) {
    return lines == Integer.MAX_VALUE ? ALL : String.valueOf(lines);
  }

  private void pump(EngineStream opener, String path) throws IOException, InterruptedException {
    out.reset();
    error.reset();
    try (Response response = opener.open(path)) {
      FrameReader frames = new FrameReader(response.getBody());
      FrameReader.@Nullable Frame frame;
      while ((frame = frames.next()) != null) {
        opener.heard();
        LogEntry entry = LogEntry.of(frame);
        if (!position.wasRead(entry)) {
          Optional<ContainerLine> line = (entry.error() ? error : out).add(entry);
          if (line.isPresent()) {
            sink.line(line.get());
          }
          // Only now: a line that could not be handed over was not read.
          position.read(entry, line.isPresent());
        }
      }
      // The end, too: an answer that was dropped may seem to be over.
      opener.heard();
    }
  }

  /** A container that ended within a line. */
  private void rest() throws InterruptedException {
    for (LineJoiner joiner : new LineJoiner[] {out, error}) {
      Optional<ContainerLine> line = joiner.rest();
      if (line.isPresent()) {
        sink.line(line.get());
      }
    }
  }

  private boolean runs(EngineStream opener) throws IOException {
    try (Response response = opener.open("/containers/" + container + "/json")) {
      byte[] json = response.getBody().readNBytes(BEGINNING_OF_INSPECT);
      String status =
          new JsonObject(Buffer.buffer(json))
              .getJsonObject("State", new JsonObject())
              .getString("Status", "");
      return !ENDED.contains(status);
    }
  }

  private String path(boolean follow, Optional<Instant> since, String tail) {
    return "/containers/%s/logs?stdout=true&stderr=true&timestamps=true&follow=%s&tail=%s%s"
        .formatted(
            container,
            follow,
            tail,
            since
                .map(at -> "&since=%d.%09d".formatted(at.getEpochSecond(), at.getNano()))
                .orElse(""));
  }
}
