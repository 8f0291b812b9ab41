package dev.nexusdelta.host.docker;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** JSON objects, one a line, as the engine writes events and statistics. Blocking. */
final class JsonLines {
  private static final int LONGEST = 1 << 20;

  private final InputStream in;

  JsonLines(InputStream in) {
    this.in = new BufferedInputStream(in);
  }

  /**
   * The next one; null at the end.
   *
   * @throws IOException also for what is not a JSON object
   */
  @Nullable JsonObject next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(2_048);
    int next;
    while ((next = in.read()) >= 0) {
      if (next != '\n') {
        line.write(next);
        if (line.size() > LONGEST) {
          throw new IOException("the engine wrote a line of more than 1 MiB");
        }
      } else if (line.size() > 0) {
        return decode(line);
      }
    }
    return line.size() == 0 ? null : decode(line);
  }

  private static JsonObject decode(ByteArrayOutputStream line) throws IOException {
    try {
      return new JsonObject(Buffer.buffer(line.toByteArray()));
    } catch (DecodeException | ClassCastException e) {
      throw new IOException("the engine wrote something else than JSON: " + e.getMessage(), e);
    }
  }
}
