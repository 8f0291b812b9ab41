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

  StreamCaller(Plane plane, String path, String... headers) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), plane.port);
    socket.setSoTimeout((int) Plane.PATIENCE.toMillis());
    String head =
        "GET "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
            + plane.token
            + "\r\n"
            + String.join("", headers)
            + "\r\n";
    socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    lines =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
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
