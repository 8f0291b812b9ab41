package dev.nexusdelta.host.docker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;

/**
 * One message of a container's log: a line, or a piece of one that the engine found too long (16
 * KiB). Pieces of one line carry the time of its first.
 */
final class LogEntry {
  /** {@code 2026-01-01T00:00:00.000000000Z} is 30 long, an offset a few more. */
  private static final int LONGEST_STAMP = 40;

  private final Instant at;
  private final boolean error;
  private final byte[] text;

  /**
   * @param text what was written, with the newline where it has one; kept as it is given
   */
  LogEntry(Instant at, boolean error, byte[] text) {
    this.at = at;
    this.error = error;
    this.text = text;
  }

  Instant at() {
    return at;
  }

  boolean error() {
    return error;
  }

  byte[] text() {
    return text;
  }

  /**
   * Takes the time off a message that was asked for with timestamps.
   *
   * @throws IOException if it begins with none
   */
  static LogEntry of(FrameReader.Frame frame) throws IOException {
    byte[] bytes = frame.bytes();
    for (int end = 0; end < Math.min(bytes.length, LONGEST_STAMP); end++) {
      if (bytes[end] == ' ') {
        String stamp = new String(bytes, 0, end, StandardCharsets.US_ASCII);
        return new LogEntry(
            instant(stamp), frame.error(), Arrays.copyOfRange(bytes, end + 1, bytes.length));
      }
    }
    throw new IOException("a log message begins with no time");
  }

  private static Instant instant(String stamp) throws IOException {
    try {
      return Instant.parse(stamp);
    } catch (DateTimeException e) {
      throw new IOException("a log message begins with no time but '%s'".formatted(stamp), e);
    }
  }
}
