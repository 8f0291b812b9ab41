package dev.nexusdelta.exchange;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A scripted agent on a bare socket: each connection runs the script on a thread of its own. */
public final class RawUpstream implements AutoCloseable {
  private final ServerSocket server;
  private final Script script;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();
  private final CountDownLatch end = new CountDownLatch(1);

  /** Every request that arrived whole, head and body. */
  public final List<String> requests = new CopyOnWriteArrayList<>();

  /** What one connection does; it is closed afterwards. */
  public interface Script {
    public void run(Connection connection) throws IOException;
  }

  public RawUpstream(Script script) {
    this("127.0.0.1", 0, script);
  }

  /** At that address of this machine; port 0 = any. */
  public RawUpstream(String address, int port, Script script) {
    this.script = script;
    try {
      server = new ServerSocket(port, 200, InetAddress.getByName(address));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread thread = new Thread(this::accept, "raw-upstream");
    thread.setDaemon(true);
    thread.start();
  }

  /** Answers every request with 200 and this body. */
  public static RawUpstream answering(String body) {
    return new RawUpstream(
        connection -> {
          while (connection.read() != null) {
            connection.answer(200, body);
          }
        });
  }

  /** Sends these bytes as they are in answer to each request, then closes. */
  public static RawUpstream raw(String answer) {
    return new RawUpstream(
        connection -> {
          connection.read();
          connection.write(answer);
        });
  }

  public int port() {
    return server.getLocalPort();
  }

  public int connections() {
    return connections.get();
  }

  @Override
  public void close() {
    end.countDown();
    try {
      server.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        socket.setTcpNoDelay(true);
        sockets.add(socket);
        connections.incrementAndGet();
        Thread thread = new Thread(() -> serve(socket), "raw-upstream-connection");
        thread.setDaemon(true);
        thread.start();
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      script.run(new Connection(socket));
    } catch (IOException e) {
      // The other side has gone: what tests look for shows there.
    }
  }

  /** One accepted connection. */
  public final class Connection {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    Connection(Socket socket) throws IOException {
      this.socket = socket;
      this.in = new BufferedInputStream(socket.getInputStream());
      this.out = socket.getOutputStream();
    }

    /** The next whole request; null at the end of the connection. */
    public @Nullable String read() throws IOException {
      String head = head();
      if (head == null) {
        return null;
      }
      String lower = head.toLowerCase(Locale.ROOT);
      StringBuilder body = new StringBuilder();
      int at = lower.indexOf("\r\ncontent-length:");
      if (at >= 0) {
        int end = lower.indexOf("\r\n", at + 2);
        body.append(text(Integer.parseInt(lower.substring(at + 17, end).trim())));
      } else if (lower.contains("transfer-encoding: chunked")) {
        for (int size = chunk(); size > 0; size = chunk()) {
          body.append(text(size));
          text(2);
        }
        text(2);
      }
      String request = head + body;
      requests.add(request);
      return request;
    }

    /** The next head; null at the end of the connection. */
    public @Nullable String head() throws IOException {
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        int b = in.read();
        if (b < 0) {
          return null;
        }
        head.append((char) b);
      }
      return head.toString();
    }

    public void write(String text) throws IOException {
      out.write(text.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
    }

    public void write(byte[] bytes) throws IOException {
      out.write(bytes);
      out.flush();
    }

    /** Ends this side and goes on reading. */
    public void endOutput() throws IOException {
      socket.shutdownOutput();
    }

    public void answer(int status, String body, String... headers) throws IOException {
      StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " X\r\n");
      for (String header : headers) {
        head.append(header).append("\r\n");
      }
      write(head + "Content-Length: " + body.length() + "\r\n\r\n" + body);
    }

    /** Closes with a reset instead of an orderly end. */
    public void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }

    /** True when the other side ends or resets the connection in time. */
    public boolean isLeft() throws IOException {
      socket.setSoTimeout(10_000);
      try {
        int b = in.read();
        while (b >= 0) {
          b = in.read();
        }
        return true;
      } catch (java.net.SocketTimeoutException e) {
        return false;
      } catch (IOException e) {
        return true;
      }
    }

    /** Waits until the upstream is closed. */
    public void hang() {
      try {
        end.await(60, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private int chunk() throws IOException {
      StringBuilder line = new StringBuilder();
      while (line.indexOf("\r\n") < 0) {
        line.append(text(1));
      }
      return Integer.parseInt(line.toString().trim(), 16);
    }

    /** Some bytes as they come. */
    public String some() throws IOException {
      byte[] bytes = new byte[256 * 1024];
      int read = in.read(bytes);
      if (read < 0) {
        throw new IOException("end of connection");
      }
      return new String(bytes, 0, read, StandardCharsets.ISO_8859_1);
    }

    /** Exactly so many bytes. */
    public String text(int length) throws IOException {
      byte[] bytes = in.readNBytes(length);
      if (bytes.length < length) {
        throw new IOException("end of connection");
      }
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }
  }
}
