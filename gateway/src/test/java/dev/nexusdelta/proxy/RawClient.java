package dev.nexusdelta.proxy;

import io.vertx.core.json.JsonObject;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A caller on a bare socket, which sends exactly the bytes that a test wants. */
final class RawClient implements AutoCloseable {
  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  /** One answer. */
  record Reply(int status, String head, String body, boolean complete) {
    @Nullable String header(String name) {
      for (String line : head.split("\r\n", -1)) {
        int colon = line.indexOf(':');
        if (colon > 0 && line.substring(0, colon).equalsIgnoreCase(name)) {
          return line.substring(colon + 1).trim();
        }
      }
      return null;
    }

    JsonObject json() {
      return new JsonObject(body);
    }

    String code() {
      return json().getString("code");
    }
  }

  RawClient(int port) throws IOException {
    this(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  /** From that address of this machine to another. */
  RawClient(String from, String to, int port) throws IOException {
    this(new Socket(InetAddress.getByName(to), port, InetAddress.getByName(from), 0));
  }

  /** With a small window: what is sent to it and not read stays small. */
  static RawClient narrow(int port) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(8 * 1024);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return new RawClient(socket);
  }

  private RawClient(Socket connected) throws IOException {
    socket = connected;
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(15_000);
    in = new BufferedInputStream(socket.getInputStream());
    out = socket.getOutputStream();
  }

  RawClient send(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
    return this;
  }

  /** Sends a call with a JSON body. */
  RawClient post(String path, String body, String... headers) throws IOException {
    StringBuilder head =
        new StringBuilder("POST " + path + " HTTP/1.1\r\nHost: localhost\r\n")
            .append("Content-Type: application/json\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    return send(head + "Content-Length: " + body.length() + "\r\n\r\n" + body);
  }

  RawClient get(String path) throws IOException {
    return send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  }

  void finish() throws IOException {
    socket.shutdownOutput();
  }

  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /** The next answer that is no interim one; incomplete if the connection ended within it. */
  Reply reply() throws IOException {
    Reply reply = anyReply();
    while (reply.status() == 100) {
      reply = anyReply();
    }
    return reply;
  }

  Reply anyReply() throws IOException {
    String head = head();
    if (head.isEmpty()) {
      return new Reply(0, "", "", false);
    }
    int status = Integer.parseInt(head.substring(9, 12));
    String lower = head.toLowerCase(Locale.ROOT);
    int at = lower.indexOf("\r\ncontent-length:");
    if (status == 100 || status == 204 || status == 304) {
      return new Reply(status, head, "", true);
    }
    if (at >= 0) {
      int end = lower.indexOf("\r\n", at + 2);
      int length = Integer.parseInt(lower.substring(at + 17, end).trim());
      String body = new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
      return new Reply(status, head, body, body.length() == length);
    }
    if (lower.contains("transfer-encoding: chunked")) {
      return chunked(status, head);
    }
    return new Reply(status, head, rest(), true);
  }

  /** Reads one chunk as it comes; null at the end. */
  @Nullable String chunk() throws IOException {
    String line = line();
    if (line.isEmpty()) {
      return null;
    }
    int size = Integer.parseInt(line, 16);
    String text = new String(in.readNBytes(size), StandardCharsets.ISO_8859_1);
    line();
    return size == 0 ? null : text;
  }

  /** Reads some bytes as they are; negative at the end. */
  int some(byte[] into) throws IOException {
    return in.read(into);
  }

  String head() throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int b = read();
      if (b < 0) {
        return "";
      }
      head.append((char) b);
    }
    return head.toString();
  }

  /** Whether the other side has ended or reset the connection without another byte. */
  boolean isEnded() throws IOException {
    return read() < 0;
  }

  /** Whether the other side resets the connection, in contrast to an orderly end. */
  boolean isReset() throws IOException {
    try {
      int b = in.read();
      while (b >= 0) {
        b = in.read();
      }
      return false;
    } catch (SocketException reset) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private Reply chunked(int status, String head) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      String line = line();
      if (line.isEmpty()) {
        return new Reply(status, head, body.toString(StandardCharsets.ISO_8859_1), false);
      }
      int size = Integer.parseInt(line, 16);
      body.write(in.readNBytes(size));
      line();
      if (size == 0) {
        return new Reply(status, head, body.toString(StandardCharsets.ISO_8859_1), true);
      }
    }
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    while (line.indexOf("\r\n") < 0) {
      int b = read();
      if (b < 0) {
        return "";
      }
      line.append((char) b);
    }
    return line.substring(0, line.length() - 2);
  }

  /** All bytes up to the end of the connection. */
  String rest() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int b = read(); b >= 0; b = read()) {
      text.append((char) b);
    }
    return text.toString();
  }

  private int read() throws IOException {
    try {
      return in.read();
    } catch (SocketException reset) {
      return -1;
    }
  }
}
