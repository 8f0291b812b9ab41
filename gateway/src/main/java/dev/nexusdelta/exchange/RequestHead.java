package dev.nexusdelta.exchange;

import io.vertx.core.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes the heads of requests into one array, used again and again: no map, no object for each
 * line. What would end a line early is refused here, whatever was checked before. Belongs to one
 * event loop.
 */
final class RequestHead implements Exchange.HeaderSink {
  private static final byte[] VERSION = ascii(" HTTP/1.1\r\nhost: ");
  private static final byte[] LENGTH = ascii("content-length: ");
  private static final byte[] CHUNKED = ascii("transfer-encoding: chunked\r\n");

  private byte[] bytes = new byte[1024];
  private int size;
  private boolean usuallyBare;

  /** Begins anew. */
  void begin(HttpMethod method, String path, String authority) {
    size = 0;
    usuallyBare =
        !method.equals(HttpMethod.POST)
            && !method.equals(HttpMethod.PUT)
            && !method.equals(HttpMethod.PATCH);
    text(method.name());
    oneByte(' ');
    int from = size;
    text(path);
    check(from, ' ');
    raw(VERSION);
    from = size;
    text(authority);
    check(from, ' ');
    line();
  }

  @Override
  public void add(CharSequence name, CharSequence value) {
    int from = size;
    text(name);
    check(from, ':');
    oneByte(':');
    oneByte(' ');
    from = size;
    text(value);
    check(from, '\n');
    line();
  }

  /**
   * Ends it for a body of that length; chunked if it is negative. A request that has no body and
   * usually none, as {@code GET}, says nothing of a length (RFC 9110, 8.6).
   */
  void end(long length) {
    if (length < 0) {
      raw(CHUNKED);
    } else if (length > 0 || !usuallyBare) {
      raw(LENGTH);
      text(Long.toString(length));
      line();
    }
    line();
  }

  /** Ends it for no body: without a word about one. */
  void endBare() {
    line();
  }

  byte[] bytes() {
    return bytes;
  }

  int size() {
    return size;
  }

  /** ISO 8859-1, as the decoders read it: every char is one byte. */
  @SuppressWarnings("deprecation") // The one method that copies such text without an array between.
  private void text(CharSequence text) {
    int length = text.length();
    room(length);
    if (text instanceof String string) {
      string.getBytes(0, length, bytes, size);
      if (!isNarrow(string)) {
        throw new IllegalArgumentException("a header holds characters beyond ISO 8859-1");
      }
    } else {
      for (int i = 0; i < length; i++) {
        bytes[size + i] = narrow(text.charAt(i));
      }
    }
    size += length;
  }

  /** A char cut to its low byte must not become another. */
  private static boolean isNarrow(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 0xff) {
        return false;
      }
    }
    return true;
  }

  private static byte narrow(char c) {
    if (c > 0xff) {
      throw new IllegalArgumentException("a header holds characters beyond ISO 8859-1");
    }
    return (byte) c;
  }

  /** Nothing that ends a line, and not this one. */
  private void check(int from, char forbidden) {
    for (int i = from; i < size; i++) {
      byte b = bytes[i];
      if (b == '\r' || b == '\n' || b == '\0' || b == forbidden) {
        throw new IllegalArgumentException("a head holds a forbidden character");
      }
    }
  }

  private void line() {
    oneByte('\r');
    oneByte('\n');
  }

  private void oneByte(char c) {
    room(1);
    bytes[size++] = (byte) c;
  }

  private void raw(byte[] text) {
    room(text.length);
    System.arraycopy(text, 0, bytes, size, text.length);
    size += text.length;
  }

  private void room(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
