package dev.nexusdelta.proxy;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A quick look at a body that is plain JSON: an object, ASCII without escapes, of usual depth. Says
 * the same as the full parser, or nothing: whatever is unusual or wrong is left to that. One
 * instance per body.
 */
final class PlainJson {
  private static final byte[] TOOL_NAME = "tool_name".getBytes(StandardCharsets.US_ASCII);

  /** One bit for each level; beyond it the full parser, with its own bound, decides. */
  private static final int DEEPEST = 60;

  /** Beyond these the full parser has bounds of its own. */
  private static final int LONGEST_NAME = 1000;

  private static final int LONGEST_NUMBER = 100;

  private final byte[] text;
  private int at;
  private int depth;
  private long objects;
  private int names;
  private @Nullable String tool;

  private PlainJson(byte[] text) {
    this.text = text;
  }

  /** What is in the body; null if the full parser has to look. */
  static @Nullable ToolScan scan(byte[] body) {
    PlainJson look = new PlainJson(body);
    if (look.next() != '{' || !look.value()) {
      return null;
    }
    while (look.depth > 0) {
      if (!look.member()) {
        return null;
      }
    }
    look.next();
    return look.at < body.length
        ? null
        : new ToolScan(look.names == 1 ? look.tool : null, true, null);
  }

  /** What follows a value inside of something. */
  private boolean member() {
    boolean inObject = (objects & 1) != 0;
    int sign = next();
    if (sign == (inObject ? '}' : ']')) {
      at++;
      pop();
      return true;
    }
    if (sign != ',') {
      return false;
    }
    at++;
    return inObject ? named() : value();
  }

  /** A name and its value. */
  private boolean named() {
    if (next() != '"') {
      return false;
    }
    int start = at + 1;
    if (!string() || at - start > LONGEST_NAME || next() != ':') {
      return false;
    }
    boolean isTool = depth == 1 && isToolName(start);
    at++;
    if (!isTool) {
      return value();
    }
    names++;
    if (next() != '"') {
      tool = null;
      return value();
    }
    int from = at + 1;
    if (!string()) {
      return false;
    }
    tool = new String(text, from, at - 1 - from, StandardCharsets.US_ASCII);
    return true;
  }

  private boolean isToolName(int start) {
    for (int i = 0; i < TOOL_NAME.length; i++) {
      // The text goes on at least to the colon.
      if (start + i >= at || text[start + i] != TOOL_NAME[i]) {
        return false;
      }
    }
    return text[start + TOOL_NAME.length] == '"';
  }

  /** A value, or the begin of one with others inside. */
  private boolean value() {
    switch (next()) {
      case '{':
        return open(1, '}') && (text[at - 1] == '}' || named());
      case '[':
        return open(0, ']') && (text[at - 1] == ']' || value());
      case '"':
        return string();
      case 't':
        return literal("true");
      case 'f':
        return literal("false");
      case 'n':
        return literal("null");
      default:
        return number();
    }
  }

  /** Goes one level down, and up again at once if there is nothing inside. */
  private boolean open(long object, char close) {
    if (depth == DEEPEST) {
      return false;
    }
    depth++;
    objects = objects << 1 | object;
    at++;
    if (next() == close) {
      at++;
      pop();
    } else {
      // The sign before is a blank or the opening one, which tells it from an empty one.
      return at < text.length;
    }
    return true;
  }

  private void pop() {
    depth--;
    objects >>>= 1;
  }

  /** The next sign that is no blank; 0 at the end. */
  private int next() {
    while (at < text.length) {
      byte b = text[at];
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        return b;
      }
      at++;
    }
    return 0;
  }

  /** Ends behind the closing quote. */
  private boolean string() {
    for (int i = at + 1; i < text.length; i++) {
      byte b = text[i];
      if (b == '"') {
        at = i + 1;
        return true;
      }
      // Controls, escapes, and all that is not ASCII.
      if (b < ' ' || b == '\\') {
        return false;
      }
    }
    return false;
  }

  private boolean literal(String word) {
    for (int i = 0; i < word.length(); i++) {
      if (at + i >= text.length || text[at + i] != word.charAt(i)) {
        return false;
      }
    }
    at += word.length();
    return endsValue();
  }

  private boolean number() {
    int start = at;
    if (peek() == '-') {
      at++;
    }
    int first = peek();
    if (!digits() || isLongZero(start, first)) {
      return false;
    }
    if (peek() == '.') {
      at++;
      if (!digits()) {
        return false;
      }
    }
    if (peek() == 'e' || peek() == 'E') {
      at++;
      if (peek() == '+' || peek() == '-') {
        at++;
      }
      if (!digits()) {
        return false;
      }
    }
    return at - start <= LONGEST_NUMBER && endsValue();
  }

  /** Zeros in front are no JSON. */
  private boolean isLongZero(int start, int first) {
    int sign = text[start] == '-' ? 1 : 0;
    return first == '0' && at - start - sign > 1;
  }

  private boolean digits() {
    int start = at;
    while (at < text.length && text[at] >= '0' && text[at] <= '9') {
      at++;
    }
    return at > start;
  }

  private int peek() {
    return at < text.length ? text[at] : 0;
  }

  /** A word is not cut out of a longer one. */
  private boolean endsValue() {
    int b = peek();
    return b == ',' || b == '}' || b == ']' || b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }
}
