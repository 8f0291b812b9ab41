package dev.nexusdelta.agent.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import dev.nexusdelta.agent.tools.Answer;
import dev.nexusdelta.agent.tools.Timer;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** The one answer to one exchange, or its stream. May be told by any thread, once. */
final class Reply {
  private final HttpExchange exchange;
  private final String requestId;
  private final System.Logger logger;
  private final AtomicBoolean over = new AtomicBoolean();
  private Runnable done = () -> {};
  private Runnable failedWrite = () -> {};

  Reply(HttpExchange exchange, String requestId, System.Logger logger) {
    this.exchange = exchange;
    this.requestId = requestId;
    this.logger = logger;
  }

  String requestId() {
    return requestId;
  }

  void header(String name, String value) {
    exchange.getResponseHeaders().set(name, value);
  }

  /** Runs when the exchange is over, however it ended. */
  void whenDone(Runnable listener) {
    done = listener;
  }

  void onFailedWrite(Runnable listener) {
    failedWrite = listener;
  }

  void send(Answer answer) {
    if (!over.compareAndSet(false, true)) {
      return;
    }
    try (exchange) {
      Headers headers = exchange.getResponseHeaders();
      headers.set("Content-Type", answer.contentType());
      headers.set("X-Request-Id", requestId);
      if (answer.toolError() != null) {
        headers.set("X-Nexus-Tool-Error", answer.toolError());
      }
      boolean head = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(answer.status(), head ? -1 : answer.body().length);
      if (!head) {
        exchange.getResponseBody().write(answer.body());
      }
    } catch (IOException e) {
      failed(e);
    } finally {
      done.run();
    }
  }

  /**
   * Sends the head of a stream, which goes on until it is ended or cut.
   *
   * @throws IOException if the caller has left; then all is over
   */
  StreamedBody stream(String contentType, Timer timer, Duration patience) throws IOException {
    if (!over.compareAndSet(false, true)) {
      throw new IOException("answered already");
    }
    Headers headers = exchange.getResponseHeaders();
    headers.set("Content-Type", contentType);
    headers.set("Cache-Control", "no-cache");
    // Where it is cut, the tool has failed, as the last line tells: not this process.
    headers.set("X-Nexus-Stream", "tool");
    headers.set("X-Request-Id", requestId);
    StreamedBody body = new StreamedBody(exchange, timer, patience, done);
    try {
      body.head();
    } catch (IOException | RuntimeException | Error e) {
      body.cut();
      throw e;
    }
    return body;
  }

  /** The request never arrived whole: nobody is there to answer. */
  void drop(IOException cause) {
    if (over.compareAndSet(false, true)) {
      exchange.close();
      failed(cause);
      done.run();
    }
  }

  private void failed(IOException cause) {
    logger.log(Level.DEBUG, "request " + requestId + ": the caller left: " + cause.getMessage());
    failedWrite.run();
  }
}
