package dev.nexusdelta.agent.http;

import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Reads a request's body, never more than its limit. */
final class Body {
  private static final int CHUNK = 8192;

  private Body() {}

  /**
   * The body; null if it is larger than {@code limit}.
   *
   * @throws IOException if it ends early
   */
  static byte @Nullable [] read(HttpExchange exchange, int limit) throws IOException {
    InputStream in = exchange.getRequestBody();
    String length = exchange.getRequestHeaders().getFirst("Content-Length");
    if (length == null) {
      return unknownLength(in, limit);
    }
    long announced = Long.parseLong(length.strip());
    if (announced > limit) {
      return null;
    }
    // Grows with what arrives: a mere announcement must not cost memory.
    byte[] body = in.readNBytes((int) announced);
    if (body.length < announced) {
      throw new IOException("the body ended after " + body.length + " of " + announced + " bytes");
    }
    return body;
  }

  private static byte @Nullable [] unknownLength(InputStream in, int limit) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    byte[] chunk = new byte[CHUNK];
    for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
      if (body.size() + n > limit) {
        return null;
      }
      body.write(chunk, 0, n);
    }
    return body.toByteArray();
  }
}
