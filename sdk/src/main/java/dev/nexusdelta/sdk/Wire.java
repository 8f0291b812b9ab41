package dev.nexusdelta.sdk;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 over one connection per request.
 *
 * <p>Why not the JDK's clients: {@code java.net.http} costs a command line 110 ms to load and, its
 * selector thread sitting in native code, up to 300 ms more to exit; {@code HttpURLConnection}
 * cannot send PATCH and silently sends a failed POST again, which would run a tool twice. A fresh
 * connection per request is never found dead, so nothing here is ever sent twice.
 */
final class Wire {
  private final URI gateway;
  private final Duration connectTimeout;
  private final @Nullable Path certificate;

  /**
   * A wire that is not connected.
   *
   * @param certificate PEM file with one more to trust
   */
  Wire(URI gateway, Duration connectTimeout, @Nullable Path certificate) {
    this.gateway = gateway;
    this.connectTimeout = connectTimeout;
    this.certificate = certificate;
  }

  URI gateway() {
    return gateway;
  }

  /**
   * Sends a request and waits for the head of its answer.
   *
   * @param timeout up to the last byte of the answer; null = no limit, for streams
   */
  WireAnswer send(
      String method,
      String path,
      Map<String, String> headers,
      byte @Nullable [] body,
      @Nullable Duration timeout) {
    return send(method, path, headers, body, new Patience(timeout, null), new Hangup());
  }

  /** The same for an answer that may come piece by piece, and that another thread may give up. */
  WireAnswer send(
      String method,
      String path,
      Map<String, String> headers,
      byte @Nullable [] body,
      Patience patience,
      Hangup hangup) {
    long begin = System.nanoTime();
    Socket socket = connect(patience.limit(), hangup);
    boolean handedOver = false;
    try {
      socket.setSoTimeout(0);
      WireInput input = WireInput.of(socket, begin, patience.limit());
      write(socket.getOutputStream(), method, path, headers, body);
      WireAnswer answer = head(input, socket);
      if (patience.idle() != null) {
        input.limitSilence(patience.idle());
      }
      handedOver = true;
      return answer;
    } catch (SocketTimeoutException e) {
      throw late(e);
    } catch (IOException e) {
      throw new UnreachableException(
          gateway, "the connection broke before the answer: " + why(e), true, e);
    } finally {
      if (!handedOver) {
        close(socket);
      }
    }
  }

  private Socket connect(@Nullable Duration timeout, Hangup hangup) {
    boolean tls = "https".equals(gateway.getScheme());
    String host = gateway.getHost().replace("[", "").replace("]", "");
    int port = gateway.getPort() > 0 ? gateway.getPort() : tls ? 443 : 80;
    long wait = connectTimeout.toMillis();
    if (timeout != null) {
      wait = Math.min(wait, timeout.toMillis());
    }
    Socket socket = new Socket();
    try {
      hangup.on(socket);
      socket.setTcpNoDelay(true);
      socket.connect(new InetSocketAddress(host, port), (int) Math.max(1, wait));
      socket.setSoTimeout(
          (int) Math.max(1, wait)); // of a handshake; answers have limits of their own
      return tls ? secured(socket, host, port) : socket;
    } catch (IOException e) {
      close(socket);
      throw new UnreachableException(gateway, why(e), false, e);
    }
  }

  private Socket secured(Socket plain, String host, int port) throws IOException {
    SSLSocketFactory factory =
        certificate == null
            ? (SSLSocketFactory) SSLSocketFactory.getDefault()
            : PinnedCertificate.of(certificate);
    SSLSocket socket = (SSLSocket) factory.createSocket(plain, host, port, true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  private void write(
      OutputStream out,
      String method,
      String path,
      Map<String, String> headers,
      byte @Nullable [] body)
      throws IOException {
    StringBuilder head = new StringBuilder(200);
    head.append(method).append(' ').append(prefix()).append(path).append(" HTTP/1.1\r\n");
    head.append("Host: ").append(gateway.getRawAuthority()).append("\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    if (body != null) {
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    head.append("Connection: close\r\n\r\n");
    byte[] bytes = head.toString().getBytes(StandardCharsets.ISO_8859_1);
    if (body == null) {
      out.write(bytes);
    } else {
      byte[] whole = new byte[bytes.length + body.length]; // one packet for small requests
      System.arraycopy(bytes, 0, whole, 0, bytes.length);
      System.arraycopy(body, 0, whole, bytes.length, body.length);
      out.write(whole);
    }
    out.flush();
  }

  /** The path under which the gateway lives behind a proxy; usually none. */
  private String prefix() {
    String path = gateway.getRawPath() == null ? "" : gateway.getRawPath();
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  private WireAnswer head(InputStream input, Socket socket) throws IOException {
    int status;
    Map<String, String> headers;
    do {
      String line = headLine(input);
      if (!line.startsWith("HTTP/1.") || line.length() < 12) {
        throw new IOException(
            "not an HTTP answer: '" + line.substring(0, Math.min(40, line.length())) + "'");
      }
      status = statusOf(line);
      headers = new LinkedHashMap<>();
      for (line = headLine(input); !line.isEmpty(); line = headLine(input)) {
        int colon = line.indexOf(':');
        if (colon > 0) {
          headers.put(
              line.substring(0, colon).trim().toLowerCase(Locale.ROOT),
              line.substring(colon + 1).trim());
        }
      }
    } while (status < 200);
    return new WireAnswer(gateway, status, headers, WireBody.of(input, status, headers), socket);
  }

  private static int statusOf(String line) throws IOException {
    try {
      return Integer.parseInt(line.substring(9, 12));
    } catch (NumberFormatException e) {
      throw new IOException("not an HTTP status line: '" + line + "'", e);
    }
  }

  static String headLine(InputStream input) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = input.read(); next != '\n'; next = input.read()) {
      if (next < 0) {
        throw new IOException("the connection was closed");
      }
      if (line.length() > 16_384) {
        throw new IOException("a header line is longer than 16 KiB");
      }
      line.append((char) next);
    }
    int end = line.length();
    return end > 0 && line.charAt(end - 1) == '\r' ? line.substring(0, end - 1) : line.toString();
  }

  static String why(IOException e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }

  static DeadlineException late(SocketTimeoutException e) {
    return e instanceof WireInput.LateException late
        ? late.told()
        : new DeadlineException("the answer", Duration.ZERO); // only WireInput throws here
  }

  static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // Nothing hangs on a connection that is given up.
      return;
    }
  }
}
