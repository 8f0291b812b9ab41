package dev.nexusdelta.telemetry;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Entries of the access log as lines of JSON, in one array that is used again and again. Not
 * thread-safe.
 */
final class AccessLines {
  private static final byte[] AT = ascii("{\"at\":\"");
  private static final byte[] REQUEST_ID = ascii("Z\",\"requestId\":");
  private static final byte[] AGENT = ascii(",\"agent\":");
  private static final byte[] TOOL = ascii(",\"tool\":");
  private static final byte[] REPLICA = ascii(",\"replica\":");
  private static final byte[] STATUS = ascii(",\"status\":");
  private static final byte[] CODE = ascii(",\"code\":");
  private static final byte[] ATTEMPTS = ascii(",\"attempts\":");
  private static final byte[] DURATION = ascii(",\"durationMs\":");
  private static final byte[] AGENT_TIME = ascii(",\"agentMs\":");
  private static final byte[] BYTES_IN = ascii(",\"bytesIn\":");
  private static final byte[] BYTES_OUT = ascii(",\"bytesOut\":");
  private static final byte[] REMOTE = ascii(",\"remote\":");
  private static final byte[] KEY = ascii(",\"key\":");
  private static final byte[] END = ascii("}\n");
  private static final byte[] NULL = ascii("null");

  /** Of a whole number. */
  private static final int MOST_DIGITS = 20;

  private byte[] bytes = new byte[64 * 1024];
  private char[] chars = new char[256];
  private int size;
  private long second = Long.MIN_VALUE;
  private byte[] secondText = {};

  /** Begins anew. */
  void clear() {
    size = 0;
  }

  byte[] bytes() {
    return bytes;
  }

  int size() {
    return size;
  }

  void add(AccessEntry entry) {
    raw(AT);
    time(entry.atMillis());
    text(REQUEST_ID, entry.requestId());
    text(AGENT, entry.agent());
    text(TOOL, entry.tool());
    text(REPLICA, entry.replica());
    number(STATUS, entry.status());
    text(CODE, entry.code());
    number(ATTEMPTS, entry.attempts());
    millis(DURATION, entry.durationNanos());
    millis(AGENT_TIME, entry.agentNanos());
    number(BYTES_IN, entry.bytesIn());
    number(BYTES_OUT, entry.bytesOut());
    text(REMOTE, entry.remote());
    if (entry.key() != null) {
      text(KEY, entry.key());
    }
    raw(END);
  }

  private void text(byte[] name, @Nullable String value) {
    raw(name);
    if (value == null) {
      raw(NULL);
      return;
    }
    int length = value.length();
    room(length + 2);
    bytes[size++] = '"';
    if (!plain(value, length)) {
      // Not as UTF-8 at once, which halves of letters would break off.
      char[] quoted = JsonStringEncoder.getInstance().quoteAsString(value);
      raw(new String(quoted).getBytes(StandardCharsets.UTF_8));
    }
    room(1);
    bytes[size++] = '"';
  }

  /** Adds it if nothing in it has to be written otherwise. */
  private boolean plain(String value, int length) {
    if (length > chars.length) {
      chars = new char[length];
    }
    char[] from = chars;
    // Out of the text in one step: to ask it for each char takes twice as long.
    value.getChars(0, length, from, 0);
    byte[] to = bytes;
    int at = size;
    for (int i = 0; i < length; i++) {
      char c = from[i];
      if (c < ' ' || c > '~' || c == '"' || c == '\\') {
        return false;
      }
      to[at + i] = (byte) c;
    }
    size = at + length;
    return true;
  }

  /** As ISO 8601; its seconds are the same for many lines. */
  private void time(long epochMillis) {
    long newSecond = Math.floorDiv(epochMillis, 1000);
    if (newSecond != second) {
      second = newSecond;
      String text = Instant.ofEpochSecond(newSecond).toString();
      secondText = ascii(text.substring(0, text.length() - 1));
    }
    raw(secondText);
    thousandths((int) Math.floorMod(epochMillis, 1000L));
  }

  /** Milliseconds with three decimals. */
  private void millis(byte[] name, long nanos) {
    long micros = (Math.max(0, nanos) + 500) / 1000;
    number(name, micros / 1000);
    thousandths((int) (micros % 1000));
  }

  private void thousandths(int number) {
    room(4);
    bytes[size++] = '.';
    bytes[size++] = (byte) ('0' + number / 100);
    bytes[size++] = (byte) ('0' + number / 10 % 10);
    bytes[size++] = (byte) ('0' + number % 10);
  }

  /** One that is not negative. */
  private void number(byte[] name, long number) {
    raw(name);
    room(MOST_DIGITS);
    int end = size + 1;
    for (long rest = number / 10; rest > 0; rest /= 10) {
      end++;
    }
    size = end;
    long rest = number;
    do {
      bytes[--end] = (byte) ('0' + rest % 10);
      rest /= 10;
    } while (rest > 0);
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
