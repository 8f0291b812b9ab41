package dev.nexusdelta.proxy;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The path of a request target, decoded exactly once, so that routing and every later check see the
 * same text. Pure.
 *
 * @param value decoded path without query; empty if there is a fault
 * @param fault what is wrong with it; null if nothing
 */
record RequestPath(String value, @Nullable String fault) {

  /** Normalises a request target in origin form ({@code /path?query}). */
  static RequestPath of(String target) {
    int query = target.indexOf('?');
    String raw = query < 0 ? target : target.substring(0, query);
    if (raw.isEmpty() || raw.charAt(0) != '/') {
      return fault("the request target does not begin with '/'");
    }
    if (raw.indexOf('#') >= 0) {
      return fault("the request target holds a fragment");
    }
    String path = raw;
    if (raw.indexOf('%') >= 0) {
      String decoded = decode(raw);
      if (decoded == null) {
        return fault("the path holds a wrong or forbidden percent escape");
      }
      path = decoded;
    }
    return hasForbidden(path)
        ? fault("the path holds a control character, a backslash or a dot segment")
        : new RequestPath(path, null);
  }

  private static RequestPath fault(String text) {
    return new RequestPath("", text);
  }

  private static boolean hasForbidden(String path) {
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c < ' ' || c == 0x7f || c == '\\') {
        return true;
      }
      if (c == '.' && path.charAt(i - 1) == '/' && isDotSegment(path, i)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isDotSegment(String path, int start) {
    int end = path.indexOf('/', start);
    int length = (end < 0 ? path.length() : end) - start;
    return length == 1 || (length == 2 && path.charAt(start + 1) == '.');
  }

  /** Null for broken escapes, encoded separators and NUL, and what is no UTF-8. */
  private static @Nullable String decode(String raw) {
    ByteBuffer bytes = ByteBuffer.allocate(raw.length() * 3);
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c != '%') {
        bytes.put(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
        continue;
      }
      int value = i + 2 < raw.length() ? hex(raw.charAt(i + 1)) * 16 + hex(raw.charAt(i + 2)) : -1;
      if (value <= 0 || value == '/' || value == '\\') {
        return null;
      }
      bytes.put((byte) value);
      i += 2;
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /** So small for what is no digit that the sum stays negative. */
  private static int hex(char c) {
    int digit = c < 128 ? Character.digit(c, 16) : -1;
    return digit < 0 ? -1000 : digit;
  }
}
