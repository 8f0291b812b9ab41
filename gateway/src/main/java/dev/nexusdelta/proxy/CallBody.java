package dev.nexusdelta.proxy;

import dev.nexusdelta.problem.Problem;
import dev.nexusdelta.problem.ProblemCode;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.streams.ReadStream;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request: held if it is small, else handed on as a stream with what was read so far
 * in front. Counts against the limit either way. Stays on one event loop.
 */
final class CallBody implements ReadStream<Buffer> {
  /** Bodies up to this size are held until they are sent. */
  static final int HELD = 64 * 1024;

  private final HttpServerRequest request;
  private final long limit;
  private final long declared;
  private final @Nullable ToolWrap wrap;
  private final boolean atOnce;
  private final Listener listener;
  private @Nullable Buffer collected;
  private @Nullable Handler<Buffer> handler;
  private @Nullable Handler<Void> endHandler;
  private long bytes;
  private boolean large;
  private boolean flowing;
  private boolean ended;
  private boolean paused;
  private @Nullable BodyPace pace;

  /** What becomes of the body. */
  interface Listener {
    /** All of it is here. */
    void held(Buffer body);

    /** It is too large to hold; it waits as a stream. */
    void large();

    /** It is refused. */
    void refused(Problem problem);

    /** The caller's connection or protocol broke within it. */
    void broken(Throwable cause);
  }

  /**
   * A body that is read later.
   *
   * @param declared length by the request's framing; negative if not known
   * @param wrap around a tool's parameters; null for a whole body
   * @param atOnce whether a body of unknown length is handed on from its first byte
   */
  private CallBody(
      HttpServerRequest request,
      long limit,
      long declared,
      @Nullable ToolWrap wrap,
      boolean atOnce,
      Listener listener) {
    this.request = request;
    this.limit = limit;
    this.declared = declared;
    this.wrap = wrap;
    this.atOnce = atOnce;
    this.listener = listener;
  }

  /** The body of that call. */
  static CallBody of(CallHead head, Listener listener) {
    return new CallBody(
        head.request(),
        head.mostBytes(),
        head.declared(),
        head.wrap(),
        head.isOwnRoute(),
        listener);
  }

  /** Begins to read. */
  void read() {
    request.exceptionHandler(listener::broken);
    if (declared > limit) {
      listener.refused(tooLarge());
      return;
    }
    request.handler(this::chunk);
    request.endHandler(end -> end());
    if (declared > HELD || (atOnce && declared < 0)) {
      becomeLarge();
    }
  }

  /** Whether it is within its limit, as far as its framing tells. */
  boolean fits() {
    return declared <= limit;
  }

  /** Bytes of the caller's body so far. */
  long bytes() {
    return bytes;
  }

  /** Whether all of it has come. */
  boolean isEnded() {
    return ended;
  }

  /** Whether nothing of a large body was handed on yet. */
  boolean isWhole() {
    return !flowing;
  }

  /** Length of the stream; negative if not known. */
  long length() {
    return declared < 0 || wrap == null ? declared : declared + wrap.extra();
  }

  /** Whether it has come too slowly for that long although it could have come. */
  boolean isTooSlow(long nowNanos, long windowNanos) {
    BodyPace current = pace;
    if (ended) {
      return false;
    }
    if (current == null) {
      pace = new BodyPace(nowNanos, bytes);
      return false;
    }
    if (paused) {
      current.restart(nowNanos, bytes);
      return false;
    }
    return current.isTooSlow(nowNanos, bytes, windowNanos);
  }

  private void chunk(Buffer chunk) {
    bytes += chunk.length();
    if (bytes > limit) {
      listener.refused(tooLarge());
    } else if (large) {
      pass(chunk);
    } else {
      collected = collected == null ? chunk : appended(collected, chunk);
      if (bytes > HELD) {
        becomeLarge();
      }
    }
  }

  private static Buffer appended(Buffer first, Buffer next) {
    // Not onto the first chunk itself: it may be a slice of what the socket read.
    return Buffer.buffer((first.length() + next.length()) * 2)
        .appendBuffer(first)
        .appendBuffer(next);
  }

  private void becomeLarge() {
    large = true;
    pause();
    listener.large();
  }

  private void end() {
    ended = true;
    if (!large) {
      Buffer body = collected;
      listener.held(body == null ? Buffer.buffer() : body);
      return;
    }
    if (wrap != null) {
      if (!wrap.isComplete()) {
        listener.refused(notOneObject());
        return;
      }
      emit(wrap.suffix());
    }
    Handler<Void> to = endHandler;
    if (to != null) {
      to.handle(null);
    }
  }

  private void pass(Buffer chunk) {
    if (wrap != null && !wrap.follow(chunk)) {
      listener.refused(notOneObject());
    } else {
      emit(chunk);
    }
  }

  private void emit(Buffer chunk) {
    Handler<Buffer> to = handler;
    if (to != null) {
      to.handle(chunk);
    }
  }

  @Override
  public ReadStream<Buffer> handler(@Nullable Handler<Buffer> newHandler) {
    handler = newHandler;
    return this;
  }

  @Override
  public ReadStream<Buffer> endHandler(@Nullable Handler<Void> newHandler) {
    endHandler = newHandler;
    return this;
  }

  /** Failures go to the listener. */
  @Override
  public ReadStream<Buffer> exceptionHandler(@Nullable Handler<Throwable> ignored) {
    return this;
  }

  @Override
  public ReadStream<Buffer> pause() {
    paused = true;
    if (!request.isEnded()) {
      request.pause();
    }
    return this;
  }

  @Override
  public ReadStream<Buffer> resume() {
    if (!flowing) {
      flowing = true;
      if (wrap != null) {
        emit(wrap.prefix());
      }
      Buffer first = collected;
      collected = null;
      if (first != null) {
        pass(first);
      }
    }
    paused = false;
    if (!request.isEnded()) {
      request.resume();
    }
    return this;
  }

  @Override
  public ReadStream<Buffer> fetch(long amount) {
    return resume();
  }

  private Problem tooLarge() {
    String size = declared > limit ? declared + " bytes" : "longer than " + limit + " bytes";
    return Problem.of(
            ProblemCode.TOO_LARGE, "the body is " + size + "; at most " + limit + " are taken")
        .hint("raise limits.request in agent.yaml, or send less");
  }

  private static Problem notOneObject() {
    return Problem.of(
        ProblemCode.INVALID_REQUEST, "the parameters are not one JSON object and nothing else");
  }
}
