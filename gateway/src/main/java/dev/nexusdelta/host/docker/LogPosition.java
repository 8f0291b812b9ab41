package dev.nexusdelta.host.docker;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far a log has been read, so that reading can go on after a cut without losing or repeating a
 * line. Pure; for one thread.
 *
 * <p>The engine stamps the messages of one stream (out, error) in their order, but its two streams
 * may overtake each other by a hair. So each stream has a position of its own: the time of its last
 * message, and how many messages of that very time were read. Reading goes on a little before the
 * last one of both, and skips per stream what was read.
 *
 * <p>Pieces of a line count once its end was read: of a line that was cut, all pieces come again.
 */
final class LogPosition {
  /** Usually microseconds; seconds where the whole machine was paused in between. */
  private static final Duration OVERTAKING = Duration.ofSeconds(10);

  private final OfStream out = new OfStream();
  private final OfStream error = new OfStream();
  private final boolean beginsWithFirst;
  private @Nullable Instant floor;
  private @Nullable Instant last;

  /** A time, and how many messages in a row had it. */
  private static final class Count {
    private @Nullable Instant at;
    private int messages;

    void add(Instant time, int more) {
      messages = time.equals(at) ? messages + more : more;
      at = time;
    }
  }

  private static final class OfStream {
    private final Count read = new Count();
    private Count pieces = new Count();
    private int toSkip;
    private boolean skipping;
  }

  /**
   * @param since nothing before that is wanted
   * @param beginsWithFirst nothing before the first entry is wanted either
   */
  LogPosition(Optional<Instant> since, boolean beginsWithFirst) {
    this.floor = since.orElse(null);
    this.beginsWithFirst = beginsWithFirst;
  }

  /** No line was read yet. */
  boolean isUnset() {
    return last == null;
  }

  /**
   * An entry was read.
   *
   * @param endsLine else it is a piece of a line that goes on
   */
  void read(LogEntry entry, boolean endsLine) {
    OfStream stream = of(entry);
    stream.pieces.add(entry.at(), 1);
    if (!endsLine) {
      return;
    }
    stream.read.add(entry.at(), stream.pieces.messages);
    stream.pieces = new Count();
    if (last == null && beginsWithFirst) {
      floor = entry.at();
    }
    last = entry.at();
  }

  /** From when on to ask, to go on; empty = from the beginning. What is read next may be old. */
  Optional<Instant> resume() {
    for (OfStream stream : new OfStream[] {out, error}) {
      stream.pieces = new Count();
      stream.skipping = stream.read.at != null;
      stream.toSkip = stream.read.messages;
    }
    if (last == null) {
      return Optional.ofNullable(floor);
    }
    Instant before = last.minus(OVERTAKING);
    return Optional.of(floor != null && before.isBefore(floor) ? floor : before);
  }

  /**
   * Whether this entry, the next one after {@link #resume}, was read before the cut already. The
   * first one of a stream that was not ends the question for that stream: should the clock go back,
   * nothing is taken for old.
   */
  boolean wasRead(LogEntry entry) {
    OfStream stream = of(entry);
    if (!stream.skipping || stream.read.at == null) {
      return false;
    }
    int order = entry.at().compareTo(stream.read.at);
    if (order < 0) {
      return true;
    }
    if (order == 0 && stream.toSkip > 0) {
      stream.toSkip--;
      return true;
    }
    stream.skipping = false;
    return false;
  }

  private OfStream of(LogEntry entry) {
    return entry.error() ? error : out;
  }
}
