package dev.nexusdelta.exchange;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.streams.ReadStream;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One call to one replica. An instance belongs to one event loop: all of it is called there and
 * calls back there.
 */
public interface Exchange extends AutoCloseable {

  /** Begins the call. */
  Attempt begin(Target target, Outgoing outgoing, Listener listener);

  /** Closes all connections. */
  @Override
  void close();

  /**
   * Where to.
   *
   * @param replica id: connections are kept per replica, never per address, since addresses are
   *     given to others later
   * @param host that requests name, whatever address they go to
   */
  record Target(String replica, SocketAddress address, String host) {
    /** Named by its address. */
    public Target(String replica, SocketAddress address) {
      this(replica, address, address.host());
    }
  }

  /** Takes the lines of a head, in order. */
  interface HeaderSink {
    /**
     * Adds one.
     *
     * @throws IllegalArgumentException for what would end the line or the head early
     */
    void add(CharSequence name, CharSequence value);
  }

  /**
   * What to send.
   *
   * @param path with its query
   * @param headers adds the headers, without {@code Host} and framing, which the exchange writes
   * @param held the whole body; null if it is streamed
   * @param streamed the paused body; null if it is held
   * @param length of a streamed body; negative if not known
   */
  record Outgoing(
      HttpMethod method,
      String path,
      Consumer<HeaderSink> headers,
      @Nullable Buffer held,
      @Nullable ReadStream<Buffer> streamed,
      long length) {
    /** With a body that is all there. */
    public static Outgoing held(
        HttpMethod method, String path, Consumer<HeaderSink> headers, Buffer body) {
      return new Outgoing(method, path, headers, body, null, body.length());
    }

    /** With a body that comes as it comes. */
    public static Outgoing streamed(
        HttpMethod method,
        String path,
        Consumer<HeaderSink> headers,
        ReadStream<Buffer> body,
        long length) {
      return new Outgoing(method, path, headers, null, body, length);
    }
  }

  /** Is told what happens to a call. */
  interface Listener {
    /**
     * What came of it: an answer's head, or a failure before one. Told once, not before {@code
     * begin} has returned, and not after {@link Attempt#cancel}.
     */
    void came(Outcome outcome);

    /** Early hints (103), ahead of the answer; may be told several times. */
    default void hinted(MultiMap headers) {}
  }

  /** A call under way. */
  interface Attempt {
    /** Whether all of the body has been handed over. */
    boolean isBodySent();

    /** Whether something of the call waits for the replica to take more of it. */
    boolean isHeldUp();

    /** Gives the call up and closes its connection; harmless when it has ended. */
    void cancel();
  }

  /** What came of a call. */
  sealed interface Outcome {}

  /**
   * Nothing of the call reached the replica: it was not executed.
   *
   * @param reason {@code refused}, {@code connect_timeout} or {@code unreachable}; {@code
   *     no_socket} or {@code unsendable} if it failed on this side
   */
  record NotSent(String reason, String detail) implements Outcome {
    /** Whether it says nothing about the replica. */
    public boolean isOurs() {
      return reason.equals("no_socket") || reason.equals("unsendable");
    }
  }

  /**
   * The connection or the protocol broke after the head was handed to the socket and before an
   * answer: the call may have been executed.
   *
   * @param errorType of RFC 9209
   */
  record Broken(String errorType, String detail) implements Outcome {}

  /**
   * The head of an answer; the body is paused. A broken body shows in the stream's exception
   * handler.
   *
   * @param length of the body by its framing; negative if not known
   */
  record Answer(int status, MultiMap headers, long length, Body body) implements Outcome {}

  /** The body of an answer: a stream, unless it came with the head. */
  interface Body extends ReadStream<Buffer> {
    /**
     * All of the body if it is here already and nothing of it was read, so that it need not be
     * streamed; else null.
     */
    @Nullable Buffer whole();

    /** What came behind the body; null if nothing. Known at its end. */
    @Nullable MultiMap trailers();
  }
}
