package dev.nexusdelta.agent.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** One connection to an agent, spoken by hand. */
public final class Wire implements AutoCloseable {
  private final Socket socket;

  /** Connects; nothing takes longer than 30 s. */
  public Wire(int port) throws IOException {
    this(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  /** What came back; names of headers in lower case. */
  public record Response(int status, Map<String, String> headers, String body) {}

  /** Sends bytes as they are. */
  public Wire send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /** Sends a call, and keeps the connection. */
  public Wire call(String body, String... headers) throws IOException {
    int length = body.getBytes(StandardCharsets.UTF_8).length;
    StringBuilder head = new StringBuilder("POST /execute HTTP/1.1\r\nHost: localhost\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    return send(
        head + "Content-Type: application/json\r\nContent-Length: " + length + "\r\n\r\n" + body);
  }

  /** Asks for a path. */
  public Wire get(String path, String... headers) throws IOException {
    StringBuilder head = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    return send(head + "\r\n");
  }

  /** Connects with a small window: what the other side writes without being read stays small. */
  public static Wire narrow(int port) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(8 * 1024);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return new Wire(socket);
  }

  private Wire(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(30_000);
  }

  /** Reads one response. */
  public Response read() throws IOException {
    Response head = head();
    int length = Integer.parseInt(head.headers().getOrDefault("content-length", "0"));
    byte[] body = socket.getInputStream().readNBytes(length);
    return new Response(head.status(), head.headers(), new String(body, StandardCharsets.UTF_8));
  }

  /** Reads the next chunk of a body; empty = the last one. */
  public String chunk() throws IOException {
    InputStream in = socket.getInputStream();
    int length = Integer.parseInt(line(in), 16);
    byte[] chunk = in.readNBytes(length);
    if (chunk.length < length) {
      throw new EOFException("connection closed within a chunk");
    }
    line(in);
    return new String(chunk, StandardCharsets.UTF_8);
  }

  /** Reads a chunked body up to its proper end. */
  public String chunks() throws IOException {
    StringBuilder body = new StringBuilder();
    for (String chunk = chunk(); !chunk.isEmpty(); chunk = chunk()) {
      body.append(chunk);
    }
    return body.toString();
  }

  /** Reads the head of a response, whose body has no length. */
  public Response head() throws IOException {
    InputStream in = socket.getInputStream();
    String status = line(in);
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return new Response(Integer.parseInt(status.split(" ")[1]), headers, "");
  }

  /** Whether the other side closes without another byte. */
  public boolean isClosed() throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (java.net.SocketException e) {
      return true;
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("connection closed after \"" + line + "\"");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
