package dev.nexusdelta.sdk;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** An answer whose head has arrived; the body is still on its way. Owns the connection. */
final class WireAnswer implements AutoCloseable {
  /** A body larger than this is no answer of a gateway's API. */
  private static final int MOST_BYTES = 64 << 20;

  private final URI gateway;
  private final int status;
  private final Map<String, String> headers;
  private final InputStream body;
  private final AutoCloseable connection;

  WireAnswer(
      URI gateway,
      int status,
      Map<String, String> headers,
      InputStream body,
      AutoCloseable connection) {
    this.gateway = gateway;
    this.status = status;
    this.headers = headers;
    this.body = new BufferedInputStream(body);
    this.connection = connection;
  }

  int status() {
    return status;
  }

  /** Value of a header, its name in lower case; empty if absent. */
  String header(String name) {
    return headers.getOrDefault(name, "");
  }

  /** The whole body as text; ends the connection. */
  String text() {
    try (this) {
      byte[] bytes = body.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new IOException("the answer is larger than " + (MOST_BYTES >> 20) + " MiB");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw broken(e);
    }
  }

  /**
   * The whole body as a JSON document, an empty object where there is none; ends the connection.
   *
   * @throws ProblemException if it is an error, or no JSON
   */
  JsonValue document() {
    String text = text();
    if (status >= 400) {
      throw problem(text);
    }
    if (text.isBlank()) {
      return JsonValue.object();
    }
    try {
      return JsonValue.parse(text);
    } catch (JsonFormatException e) {
      JsonValue body =
          JsonValue.object()
              .with(
                  "detail",
                  "the answer is no JSON, so this is hardly a gateway: " + e.getMessage());
      throw new ProblemException(status, body, OptionalInt.empty());
    }
  }

  /** The error that this is, with that body. */
  ProblemException problem(String text) {
    JsonValue body;
    try {
      body = JsonValue.parse(text);
    } catch (JsonFormatException e) {
      String shown = text.strip();
      body =
          JsonValue.object()
              .with(
                  "detail",
                  "HTTP status "
                      + status
                      + (shown.isEmpty()
                          ? ""
                          : ": " + shown.substring(0, Math.min(300, shown.length()))));
    }
    return new ProblemException(status, body, retryAfter());
  }

  private OptionalInt retryAfter() {
    String value = header("retry-after");
    return value.matches("[0-9]{1,6}")
        ? OptionalInt.of(Integer.parseInt(value))
        : OptionalInt.empty();
  }

  /** The next line without its end; null at the end of the body. */
  @Nullable String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int next = body.read();
    if (next < 0) {
      return null;
    }
    for (; next >= 0 && next != '\n'; next = body.read()) {
      if (line.size() >= MOST_BYTES) {
        throw new IOException("a line is longer than " + (MOST_BYTES >> 20) + " MiB");
      }
      line.write(next);
    }
    String text = line.toString(StandardCharsets.UTF_8);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  /** The body as it comes; closing it ends the connection. */
  InputStream body() {
    return new FilterInputStream(body) {
      @Override
      public void close() {
        WireAnswer.this.close();
      }
    };
  }

  /** The stream that was said to tell its end has none. */
  NexusException cut() {
    return broken(new EOFException("it was cut before its end"));
  }

  NexusException broken(IOException cause) {
    if (cause instanceof SocketTimeoutException timeout) {
      return Wire.late(timeout);
    }
    return new UnreachableException(
        gateway, "the answer broke off: " + Wire.why(cause), true, cause);
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (Exception e) {
      // Nothing hangs on a connection that is given up.
      return;
    }
  }
}
