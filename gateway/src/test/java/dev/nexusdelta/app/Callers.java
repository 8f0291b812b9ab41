package dev.nexusdelta.app;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Calls at a steady rate, half of them on kept connections, half on new ones. A call that gets no
 * 200 is a failure: nothing is sent again here.
 */
public final class Callers implements AutoCloseable {
  private static final int THREADS = 10;
  private static final String BODY = "{\"tool_name\":\"%s\",\"parameters\":%s}";

  private final int port;
  private final String request;
  private final List<Thread> threads = new ArrayList<>();
  private final List<String> failures = new CopyOnWriteArrayList<>();
  private final AtomicInteger answered = new AtomicInteger();
  private volatile boolean closed;

  /** A tool that takes nothing. */
  public Callers(int port, String path, int perSecond) {
    this(port, path, perSecond, "t", "{}");
  }

  /**
   * Begins to call.
   *
   * @param parameters of the tool, as JSON
   */
  public Callers(int port, String path, int perSecond, String tool, String parameters) {
    this.port = port;
    String body = String.format(Locale.ROOT, BODY, tool, parameters);
    this.request =
        "POST "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body;
    long gap = TimeUnit.SECONDS.toNanos(THREADS) / perSecond;
    for (int i = 0; i < THREADS; i++) {
      boolean keep = i % 2 == 0;
      long phase = gap * i / THREADS;
      Thread thread = new Thread(() -> run(keep, gap, phase), "caller-" + i);
      threads.add(thread);
      thread.start();
    }
  }

  /** Waits until so many more calls were answered. */
  public void run(int calls) {
    int goal = answered.get() + calls;
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (answered.get() < goal && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** What was answered well. */
  public int answered() {
    return answered.get();
  }

  /** All that failed. */
  public List<String> failures() {
    return failures;
  }

  private void run(boolean keep, long gap, long phase) {
    long next = System.nanoTime() + phase;
    Socket kept = null;
    while (!closed) {
      LockSupport.parkNanos(Math.max(0, next - System.nanoTime()));
      if (System.nanoTime() - next < 0) {
        continue;
      }
      next += gap;
      try {
        Socket socket = kept == null ? new Socket(InetAddress.getLoopbackAddress(), port) : kept;
        kept = call(socket) && keep ? socket : null;
        if (kept == null) {
          socket.close();
        }
      } catch (IOException e) {
        failures.add((keep ? "kept: " : "new: ") + e);
        kept = null;
      }
    }
    close(kept);
  }

  private static void close(@Nullable Socket socket) {
    try {
      if (socket != null) {
        socket.close();
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether the connection may be used again. */
  private boolean call(Socket socket) throws IOException {
    socket.setSoTimeout(15_000);
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    InputStream in = new BufferedInputStream(socket.getInputStream());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    while (!bytes.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("closed after '" + bytes.toString(StandardCharsets.US_ASCII) + "'");
      }
      bytes.write(next);
    }
    String head = bytes.toString(StandardCharsets.US_ASCII).toLowerCase(Locale.ROOT);
    int length = Integer.parseInt(head.replaceAll("(?s).*content-length: ([0-9]+).*", "$1"));
    String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
    if (!head.startsWith("http/1.1 200")) {
      throw new IOException(head + body);
    }
    answered.incrementAndGet();
    return !head.contains("connection: close");
  }

  @Override
  public void close() {
    closed = true;
    for (Thread thread : threads) {
      try {
        thread.join(20_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
