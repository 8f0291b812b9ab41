package dev.nexusdelta.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;
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
  private char[] chars = new char[256];
  private int size;
  private boolean usuallyBare;

  /**
   * Begins anew.
   *
   * @param authority as {@link #authority} has written it
   */
  void begin(HttpMethod method, String path, byte[] authority) {
    size = 0;
    usuallyBare =
        !method.equals(HttpMethod.POST)
            && !method.equals(HttpMethod.PUT)
            && !method.equals(HttpMethod.PATCH);
    text(method.name(), ' ');
    oneByte(' ');
    text(path, ' ');
    raw(VERSION);
    raw(authority);
  }

  /** The line that names a replica, the same in all its requests. */
  static byte[] authority(String host, int port) {
    RequestHead line = new RequestHead();
    line.text(host.indexOf(':') >= 0 ? "[" + host + "]" : host, ' ');
    line.oneByte(':');
    line.text(Integer.toString(port), ' ');
    line.line();
    return Arrays.copyOf(line.bytes, line.size);
  }

  @Override
  public void add(CharSequence name, CharSequence value) {
    text(name, ':');
    oneByte(':');
    oneByte(' ');
    text(value, '\n');
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
      text(Long.toString(length), '\n');
      line();
    }
    line();
  }

  /** Ends it for no body: without a word about one. */
  void endBare() {
    line();
  }

  /** Adds a body behind the end. */
  void body(ByteBuf body) {
    int length = body.readableBytes();
    room(length);
    body.getBytes(body.readerIndex(), bytes, size, length);
    size += length;
  }

  byte[] bytes() {
    return bytes;
  }

  int size() {
    return size;
  }

  /**
   * ISO 8859-1, as the decoders read it: every char is one byte. Nothing that ends a line, and not
   * this one: each char is looked at once, on its way.
   */
  private void text(CharSequence text, char forbidden) {
    int length = text.length();
    room(length);
    byte[] to = bytes;
    int at = size;
    if (text instanceof AsciiString ascii) {
      byte[] from = ascii.array();
      int offset = ascii.arrayOffset();
      for (int i = 0; i < length; i++) {
        byte b = from[offset + i];
        if (ends((char) (b & 0xff), forbidden)) {
          throw refused();
        }
        to[at + i] = b;
      }
    } else {
      // Out of the text in one step: to ask it for each char takes twice as long.
      char[] from = charsOf(text.toString(), length);
      for (int i = 0; i < length; i++) {
        char c = from[i];
        // One cut to its low byte would become another.
        if (c > 0xff || ends(c, forbidden)) {
          throw refused();
        }
        to[at + i] = (byte) c;
      }
    }
    size = at + length;
  }

  private char[] charsOf(String text, int length) {
    if (length > chars.length) {
      chars = new char[Math.max(chars.length * 2, length)];
    }
    text.getChars(0, length, chars, 0);
    return chars;
  }

  private static boolean ends(char c, char forbidden) {
    return c == '\r' || c == '\n' || c == '\0' || c == forbidden;
  }

  private static IllegalArgumentException refused() {
    return new IllegalArgumentException("a head holds a forbidden character");
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
