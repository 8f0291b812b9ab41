package dev.nexusdelta.host.docker;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Takes the engine's multiplexed output apart: frames of eight bytes (stream, three zeros, length)
 * and as many as that length says; one message each. What a container with a terminal wrote comes
 * without frames; each of its lines is taken for one. Blocking.
 */
final class FrameReader {
  private static final int HEADER = 8;
  private static final int STDERR = 2;
  private static final int LONGEST = 16 << 20;
  private static final int LONGEST_RAW = 16 << 10;

  private final BufferedInputStream in;
  private @Nullable Boolean raw;

  FrameReader(InputStream in) {
    this.in = new BufferedInputStream(in, 16 << 10);
  }

  /** One message of a stream. */
  static final class Frame {
    private final boolean error;
    private final byte[] bytes;

    /** Keeps the bytes as they are given. */
    Frame(boolean error, byte[] bytes) {
      this.error = error;
      this.bytes = bytes;
    }

    boolean error() {
      return error;
    }

    byte[] bytes() {
      return bytes;
    }
  }

  /**
   * The next one; null at the end.
   *
   * @throws EOFException for an end within a frame
   */
  @Nullable Frame next() throws IOException {
    if (raw == null) {
      raw = looksRaw();
    }
    return raw ? nextLine() : nextFrame();
  }

  private boolean looksRaw() throws IOException {
    in.mark(HEADER);
    byte[] head = in.readNBytes(HEADER);
    in.reset();
    return head.length > 0
        && !(head.length == HEADER
            && head[0] >= 0
            && head[0] <= STDERR
            && head[1] == 0
            && head[2] == 0
            && head[3] == 0);
  }

  private @Nullable Frame nextFrame() throws IOException {
    byte[] head = in.readNBytes(HEADER);
    if (head.length == 0) {
      return null;
    }
    if (head.length < HEADER) {
      throw new EOFException("the log ended within a frame's head");
    }
    int length = ByteBuffer.wrap(head).getInt(4);
    if (head[0] < 0 || head[0] > STDERR || length < 0 || length > LONGEST) {
      throw new IOException("no frame of a log: stream %d, %d bytes".formatted(head[0], length));
    }
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the log ended within a frame");
    }
    return new Frame(head[0] == STDERR, bytes);
  }

  private @Nullable Frame nextLine() throws IOException {
    ByteBuffer line = ByteBuffer.allocate(LONGEST_RAW);
    int next = 0;
    while (next != '\n' && line.hasRemaining() && (next = in.read()) >= 0) {
      line.put((byte) next);
    }
    byte[] bytes = new byte[line.position()];
    line.flip().get(bytes);
    return bytes.length == 0 ? null : new Frame(false, bytes);
  }
}
