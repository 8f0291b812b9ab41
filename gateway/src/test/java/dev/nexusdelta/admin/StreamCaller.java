package dev.nexusdelta.admin;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A caller who reads as slowly as the test wants. */
final class StreamCaller implements AutoCloseable {
  private final Socket socket;
  private final BufferedReader lines;

  /** The operator. */
  StreamCaller(Plane plane, String path, String... headers) throws IOException {
    this(plane.port, plane.token, path, headers);
  }

  private StreamCaller(int port, String token, String path, String... headers) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout((int) Plane.PATIENCE.toMillis());
    String head =
        "GET "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
            + token
            + "\r\n"
            + String.join("", headers)
            + "\r\n";
    socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    lines =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Whoever has that token. */
  static StreamCaller with(Plane plane, String token, String path) throws IOException {
    return new StreamCaller(plane.port, token, path);
  }

  /** The next line that begins so; framing and others are skipped. */
  String next(String prefix) throws IOException {
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith(prefix)) {
        return line;
      }
    }
    throw new AssertionError("the stream ended before '" + prefix + "'");
  }

  /** Whether the stream was ended as HTTP wants it. */
  boolean endsProperly() throws IOException {
    String last = "";
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.equals("0")) {
        return true;
      }
      last = line;
    }
    return last.equals("0");
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
