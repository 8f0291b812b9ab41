package dev.nexusdelta.app.handover;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A connection between two gateways: one JSON document a line, each way. Blocking. */
final class Line implements Closeable {
  /** Counts of 100,000 agents. */
  private static final int MOST_BYTES = 8 << 20;

  private final Socket socket;
  private final InputStream in;

  Line(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
    socket.setTcpNoDelay(true);
  }

  void send(JsonObject document) throws IOException {
    socket.getOutputStream().write((document.encode() + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The next document; null when the other side has closed.
   *
   * @throws java.net.SocketTimeoutException if no byte comes for that long
   * @throws IOException also if what comes is no such document
   */
  @Nullable JsonObject next(int patienceMillis) throws IOException {
    socket.setSoTimeout(patienceMillis);
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        return null;
      }
      if (line.size() >= MOST_BYTES) {
        throw new IOException("what the other side says has no end");
      }
      line.write(b);
    }
    try {
      return new JsonObject(line.toString(StandardCharsets.UTF_8));
    } catch (DecodeException e) {
      throw new IOException("what the other side says is not understood", e);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
