package dev.nexusdelta.proxy;

import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Request ids and trace contexts (W3C): takes the caller's if sane, else makes new ones. */
final class TraceIds {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final int LONGEST_ID = 128;
  private static final int TRACE_LENGTH = 55;

  private final RandomGenerator random;

  /** One per event loop. */
  TraceIds(RandomGenerator random) {
    this.random = random;
  }

  /** The caller's id if it is made of letters, digits and {@code -_.:} only, else a new one. */
  String requestId(@Nullable String given) {
    return given != null && isSane(given) ? given : freshId();
  }

  /** The caller's trace context if its form is right, else the start of a new one. */
  String traceparent(@Nullable String given) {
    return given != null && isTrace(given) ? given : freshTrace();
  }

  @SuppressWarnings("deprecation") // The one constructor that takes ASCII as it is.
  private String freshTrace() {
    byte[] text = new byte[TRACE_LENGTH];
    text[0] = '0';
    text[1] = '0';
    text[2] = '-';
    fresh(text, 3);
    fresh(text, 19);
    text[35] = '-';
    fresh(text, 36);
    text[52] = '-';
    text[53] = '0';
    text[54] = '1';
    return new String(text, 0);
  }

  /** Sixteen digits. */
  private void fresh(byte[] text, int from) {
    long bits = random.nextLong();
    for (int i = from; i < from + 16; i++) {
      text[i] = HEX[(int) (bits & 15)];
      bits >>>= 4;
    }
  }

  @SuppressWarnings("deprecation")
  private String freshId() {
    byte[] text = new byte[16];
    fresh(text, 0);
    return new String(text, 0);
  }

  private static boolean isSane(String id) {
    if (id.isEmpty() || id.length() > LONGEST_ID) {
      return false;
    }
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      boolean sane =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '-'
              || c == '_'
              || c == '.'
              || c == ':';
      if (!sane) {
        return false;
      }
    }
    return true;
  }

  /** {@code version-trace-parent-flags}; all zeros are no ids, version ff is none. */
  private static boolean isTrace(String text) {
    if (text.length() < TRACE_LENGTH
        || (text.length() > TRACE_LENGTH
            && (text.startsWith("00") || text.charAt(TRACE_LENGTH) != '-'))
        || text.startsWith("ff")) {
      return false;
    }
    for (int i = 0; i < TRACE_LENGTH; i++) {
      char c = text.charAt(i);
      boolean dash = i == 2 || i == 35 || i == 52;
      boolean hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
      if (dash ? c != '-' : !hex) {
        return false;
      }
    }
    return !isZero(text, 3, 35) && !isZero(text, 36, 52);
  }

  private static boolean isZero(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (text.charAt(i) != '0') {
        return false;
      }
    }
    return true;
  }
}
