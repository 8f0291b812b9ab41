package dev.nexusdelta.keyed;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;

/**
 * An answer that is given again.
 *
 * @param headers those that mean the same at any time
 * @param body at most {@link #LARGEST} bytes
 */
public record StoredAnswer(int status, List<Map.Entry<String, String>> headers, Buffer body) {
  /** Larger bodies are not kept. */
  public static final int LARGEST = 64 * 1024;

  /** Copies the headers. */
  public StoredAnswer {
    headers = List.copyOf(headers);
    if (body.length() > LARGEST) {
      throw new IllegalArgumentException(
          "the body has " + body.length() + " bytes, at most " + LARGEST + " are kept");
    }
  }
}
