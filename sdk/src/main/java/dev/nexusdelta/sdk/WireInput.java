package dev.nexusdelta.sdk;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads with one deadline over all reads or, once told so, with a limit between two of them. */
final class WireInput extends BufferedInputStream {
  private final Timed timed;

  private WireInput(Timed timed) {
    super(timed);
    this.timed = timed;
  }

  /**
   * Reads a connection.
   *
   * @param limit for all that is read from {@code begin} on; null = none
   */
  static WireInput of(Socket socket, long begin, @Nullable Duration limit) throws IOException {
    return new WireInput(new Timed(socket, begin, limit));
  }

  /** From now on, only silence is limited. */
  void limitSilence(Duration idle) throws IOException {
    timed.idle(idle);
  }

  /** The time is up. */
  static final class LateException extends SocketTimeoutException {
    private static final long serialVersionUID = 1L;
    private final String what;
    private final Duration limit;

    private LateException(String what, Duration limit) {
      super("deadline");
      this.what = what;
      this.limit = limit;
    }

    DeadlineException told() {
      return new DeadlineException(what, limit);
    }
  }

  private static final class Timed extends InputStream {
    private final Socket socket;
    private final InputStream in;
    private final long begin;
    private @Nullable Duration limit;
    private @Nullable Duration idle;

    Timed(Socket socket, long begin, @Nullable Duration limit) throws IOException {
      this.socket = socket;
      this.in = socket.getInputStream();
      this.begin = begin;
      this.limit = limit;
    }

    void idle(Duration silence) throws IOException {
      limit = null;
      idle = silence;
      socket.setSoTimeout((int) Math.max(1, Math.min(silence.toMillis(), Integer.MAX_VALUE)));
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      Duration whole = limit;
      if (whole != null) {
        long left = (whole.toNanos() - (System.nanoTime() - begin)) / 1_000_000;
        if (left <= 0) {
          throw new LateException("the answer", whole);
        }
        socket.setSoTimeout((int) Math.min(left + 1, Integer.MAX_VALUE));
      }
      try {
        return in.read(bytes, from, length);
      } catch (SocketTimeoutException e) {
        LateException late =
            whole != null
                ? new LateException("the answer", whole)
                : new LateException(
                    "the next part of the answer", idle == null ? Duration.ZERO : idle);
        late.initCause(e);
        throw late;
      }
    }
  }
}
