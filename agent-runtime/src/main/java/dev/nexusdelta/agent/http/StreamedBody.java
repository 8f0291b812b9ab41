package dev.nexusdelta.agent.http;

import com.sun.net.httpserver.HttpExchange;
import dev.nexusdelta.agent.tools.Outlet;
import dev.nexusdelta.agent.tools.Timer;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer that is written bit by bit. For one thread at a time.
 *
 * <p>The JDK's server knows no time-out for writing and no way to end an answer as broken. Both are
 * had by the same means: a thread that is interrupted while it writes to a channel closes it.
 */
final class StreamedBody implements Outlet.Stream {
  private final HttpExchange exchange;
  private final Timer timer;
  private final Duration patience;
  private final Runnable done;
  private final Object lock = new Object();
  private final AtomicBoolean over = new AtomicBoolean();
  private @Nullable Thread writer;
  private boolean late;

  /**
   * @param patience how long one write may wait for the caller to read
   * @param done told once when all is over
   */
  StreamedBody(HttpExchange exchange, Timer timer, Duration patience, Runnable done) {
    this.exchange = exchange;
    this.timer = timer;
    this.patience = patience;
    this.done = done;
  }

  private interface Step {
    void on(OutputStream body) throws IOException;
  }

  void head() throws IOException {
    exchange.sendResponseHeaders(200, 0);
    flush();
  }

  @Override
  public void write(byte[] bytes) throws IOException {
    bounded(body -> body.write(bytes));
  }

  @Override
  public void flush() throws IOException {
    bounded(OutputStream::flush);
  }

  private void bounded(Step step) throws IOException {
    synchronized (lock) {
      writer = Thread.currentThread();
      late = false;
    }
    Runnable forget = timer.after(patience, this::giveUp);
    try {
      step.on(exchange.getResponseBody());
    } finally {
      forget.run();
      synchronized (lock) {
        writer = null;
        if (late) {
          // The thread takes no interrupt of ours along.
          Thread.interrupted();
        }
      }
    }
  }

  private void giveUp() {
    synchronized (lock) {
      if (writer != null) {
        late = true;
        writer.interrupt();
      }
    }
  }

  @Override
  public void end() {
    if (over.compareAndSet(false, true)) {
      try {
        bounded(OutputStream::close);
      } catch (IOException e) {
        // The caller left at the very end: there is nobody to tell.
      } finally {
        exchange.close();
        done.run();
      }
    }
  }

  @Override
  public void cut() {
    if (!over.compareAndSet(false, true)) {
      return;
    }
    boolean interrupted = Thread.interrupted();
    Thread.currentThread().interrupt();
    try {
      // Closes the channel before the byte is out, and with it the connection.
      exchange.getResponseBody().write('\n');
      exchange.getResponseBody().flush();
    } catch (IOException e) {
      // As it should be.
    } finally {
      Thread.interrupted();
      exchange.close();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      done.run();
    }
  }
}
