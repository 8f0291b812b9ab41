package dev.nexusdelta.proxy;

import dev.nexusdelta.exchange.Exchange.Answer;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Hands an agent's answer to the caller: head rebuilt, body as a stream with back-pressure. Stays
 * on one event loop.
 */
final class Delivery {
  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final Answer answer;
  private final Listener listener;
  private final @Nullable Buffer whole;
  private @Nullable Pump pump;
  private long bytes;
  private boolean stopped;

  /** How it ends. */
  interface Listener {
    /** A byte has come. */
    void progress();

    /** All of it is written. */
    void delivered();

    /** The agent broke off. */
    void cutShort(Throwable cause);
  }

  Delivery(HttpServerRequest request, Answer answer, Listener listener) {
    this.request = request;
    this.response = request.response();
    this.answer = answer;
    this.listener = listener;
    // What is said behind a body needs a body in chunks.
    this.whole = answer.body().trailers() == null ? answer.body().whole() : null;
  }

  /** Whether the answer may go on beyond any deadline as long as it goes on. */
  boolean isOpenEnded() {
    if (whole != null) {
      return false;
    }
    if (answer.length() < 0) {
      return true;
    }
    String type = answer.headers().get(HttpHeaders.CONTENT_TYPE);
    if (type == null) {
      return false;
    }
    String lower = type.toLowerCase(Locale.ROOT);
    return lower.startsWith("text/event-stream") || lower.startsWith("application/x-ndjson");
  }

  /** A status that counts against the replica; 0 if it does not. */
  static int badStatus(Answer answer) {
    int status = answer.status();
    boolean failed = status == 502 || status == 503 || status == 504;
    return failed && !answer.headers().contains(HeaderNames.TOOL_ERROR) ? status : 0;
  }

  /** Whether only the end of the connection can end the answer. */
  boolean endsWithConnection() {
    return answer.length() < 0 && whole == null && request.version() == HttpVersion.HTTP_1_0;
  }

  /** Bytes of the body so far. */
  long bytes() {
    return bytes;
  }

  /** Whether the caller is slower than the agent at the moment. */
  boolean isHeldUp() {
    return pump != null && pump.isWaiting();
  }

  /** Whether the caller has seen anything of the answer. */
  boolean isBegun() {
    return response.headWritten();
  }

  /** Whether chunks go out, and the last one has not. */
  boolean isInChunks() {
    return !stopped && isBegun() && answer.length() < 0 && !endsWithConnection();
  }

  /** Stops before anything was written: the response is as new. */
  void withdraw() {
    stop();
    response.headers().clear();
  }

  /** Writes no more. */
  void stop() {
    stopped = true;
    if (pump != null) {
      pump.stop();
    }
  }

  /** Begins; the gateway's own headers are set by the caller of this before. */
  void start() {
    response.setStatusCode(answer.status());
    HeadRules.toCaller(answer.headers(), response.headers());
    if (whole != null) {
      bytes = whole.length();
      if (answer.length() >= 0) {
        frame(answer.length());
      } else if (!request.method().equals(HttpMethod.HEAD)) {
        frame(bytes);
      }
      finish(whole);
      return;
    }
    if (answer.length() >= 0) {
      frame(answer.length());
    } else if (!endsWithConnection()) {
      response.setChunked(true);
    }
    answer.body().exceptionHandler(this::failed);
    if (answer.length() == 0 || request.method().equals(HttpMethod.HEAD)) {
      answer.body().handler(chunk -> {});
      answer.body().resume();
      finish(null);
      return;
    }
    answer.body().handler(this::chunk);
    answer.body().endHandler(end -> finish(null));
    answer.body().resume();
    if (!stopped && isOpenEnded()) {
      // Its first byte may be long in coming; what came with the head is written already.
      writeHead();
    }
  }

  private void frame(long length) {
    if (answer.status() != 204 && answer.status() != 304) {
      response.headers().add(HttpHeaders.CONTENT_LENGTH, Long.toString(length));
    }
  }

  private void writeHead() {
    if (!stopped && !isBegun()) {
      // Vert.x writes no head by itself for callers of HTTP/1.0.
      response.write(Buffer.buffer());
    }
  }

  private void chunk(Buffer chunk) {
    if (stopped) {
      return;
    }
    bytes += chunk.length();
    if (bytes == answer.length()) {
      // The last one: with it the head, if this is the first, and the end go out in one write.
      finish(chunk);
      return;
    }
    Pump current = pump;
    if (current == null) {
      current = new Pump(answer.body(), response);
      pump = current;
    }
    current.write(chunk);
    listener.progress();
  }

  private void finish(@Nullable Buffer last) {
    if (stopped) {
      return;
    }
    stop();
    MultiMap trailers = answer.body().trailers();
    if (trailers != null && response.isChunked()) {
      HeadRules.trailersToCaller(trailers, response.trailers());
    }
    if (last == null) {
      response.end();
    } else {
      response.end(last);
    }
    listener.delivered();
  }

  private void failed(Throwable cause) {
    if (!stopped) {
      stop();
      listener.cutShort(cause);
    }
  }
}
