package dev.nexusdelta.exchange;

import dev.nexusdelta.exchange.Exchange.Answer;
import dev.nexusdelta.exchange.Exchange.Broken;
import dev.nexusdelta.exchange.Exchange.NotSent;
import dev.nexusdelta.exchange.Exchange.Outcome;
import dev.nexusdelta.exchange.Exchange.Outgoing;
import dev.nexusdelta.exchange.Upstreams.Upstream;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.streams.ReadStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** One call on one connection of Vert.x's HTTP client. Stays on one event loop. */
final class HttpClientAttempt implements Exchange.Attempt {
  private final Context context;
  private final Outgoing outgoing;
  private final Upstreams upstreams;
  private final Promise<Outcome> outcome = Promise.promise();
  private @Nullable Upstream upstream;
  private @Nullable Pump upload;
  private boolean bodySent;
  private boolean cancelled;

  HttpClientAttempt(Context context, Outgoing outgoing, Upstreams upstreams) {
    this.context = context;
    this.outgoing = outgoing;
    this.upstreams = upstreams;
  }

  @Override
  public Future<Outcome> outcome() {
    return outcome.future();
  }

  @Override
  public boolean isBodySent() {
    return bodySent;
  }

  @Override
  public boolean isHeldUp() {
    return upload != null && upload.isWaiting();
  }

  @Override
  public void cancel() {
    cancelled = true;
    stopUpload();
    Upstream current = upstream;
    if (current != null) {
      upstream = null;
      current.close();
    }
    outcome.tryComplete(new Broken("connection_terminated", "the call was given up"));
  }

  boolean isCancelled() {
    return cancelled;
  }

  void notSent(String reason, Throwable cause) {
    outcome.tryComplete(new NotSent(reason, String.valueOf(cause.getMessage())));
  }

  /**
   * Sends the call on a connection.
   *
   * @param dead called instead if the connection is found dead before anything was written
   */
  void send(Upstream on, Handler<Throwable> dead) {
    on.connection()
        .request(new RequestOptions().setMethod(outgoing.method()).setURI(outgoing.path()))
        .onComplete(
            request -> {
              if (request.failed() || on.isClosed()) {
                on.close();
                dead.handle(request.failed() ? request.cause() : new IOException("closed"));
              } else if (cancelled) {
                on.close();
              } else {
                upstream = on;
                write(request.result());
              }
            });
  }

  private void write(HttpClientRequest request) {
    outgoing.headers().accept(request.headers());
    request.exceptionHandler(broken -> stopUpload());
    request.response().onComplete(this::answered);
    Buffer held = outgoing.held();
    ReadStream<Buffer> streamed = outgoing.streamed();
    if (held != null) {
      bodySent = true;
      if (held.length() == 0 && isUsuallyBare(outgoing.method())) {
        request.end();
      } else {
        request.end(held);
      }
    } else if (streamed != null) {
      if (outgoing.length() < 0) {
        request.setChunked(true);
      } else {
        request.putHeader(HttpHeaderNames.CONTENT_LENGTH, Long.toString(outgoing.length()));
      }
      stream(streamed, request);
    }
  }

  /** Whether a request without a body says nothing of a length, not even 0. */
  private static boolean isUsuallyBare(HttpMethod method) {
    return !method.equals(HttpMethod.POST)
        && !method.equals(HttpMethod.PUT)
        && !method.equals(HttpMethod.PATCH);
  }

  private void stream(ReadStream<Buffer> body, HttpClientRequest request) {
    Pump pump = new Pump(body, request);
    upload = pump;
    request.sendHead();
    body.handler(pump::write);
    body.endHandler(
        end -> {
          bodySent = true;
          if (upload != null) {
            upload = null;
            request.end();
          }
        });
    body.resume();
  }

  private void stopUpload() {
    if (upload != null) {
      upload.stop();
      upload = null;
    }
  }

  private void answered(AsyncResult<HttpClientResponse> result) {
    if (cancelled) {
      return;
    }
    if (result.failed()) {
      broken(result.cause());
      return;
    }
    HttpClientResponse response = result.result();
    if (response.statusCode() < 200) {
      broken("http_protocol_error", "it answered with status " + response.statusCode());
      return;
    }
    response.pause();
    long length = lengthOf(response);
    response.end().onComplete(end -> ended(end.succeeded() && isKept(response, length)));
    outcome.tryComplete(new Answer(response.statusCode(), response.headers(), length, response));
  }

  /** Only a connection whose call ended in both directions can carry the next. */
  private void ended(boolean keep) {
    stopUpload();
    Upstream current = upstream;
    upstream = null;
    if (current != null) {
      if (keep && bodySent) {
        // Not before this read is through: bytes behind the answer, or an answer of HTTP/1.0, close
        // the connection by then.
        context.runOnContext(later -> upstreams.give(current));
      } else {
        current.close();
      }
    }
  }

  private void broken(Throwable cause) {
    if (cause instanceof HttpClosedException || cause instanceof IOException) {
      broken("connection_terminated", "its connection broke before an answer");
    } else {
      broken("http_protocol_error", "its answer is no HTTP");
    }
  }

  private void broken(String errorType, String detail) {
    ended(false);
    outcome.tryComplete(new Broken(errorType, detail));
  }

  private static long lengthOf(HttpClientResponse response) {
    int status = response.statusCode();
    if (status == 204 || status == 304) {
      return 0;
    }
    String length = response.getHeader(HttpHeaderNames.CONTENT_LENGTH);
    try {
      return length == null ? -1 : Long.parseLong(length.trim());
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private static boolean isKept(HttpClientResponse response, long length) {
    return !response.headers().contains(HttpHeaderNames.CONNECTION, "close", true)
        && (length >= 0 || response.headers().contains(HttpHeaderNames.TRANSFER_ENCODING));
  }
}
