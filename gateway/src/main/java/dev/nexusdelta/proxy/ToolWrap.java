package dev.nexusdelta.proxy;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.vertx.core.buffer.Buffer;

/**
 * Puts parameters into the body of {@code /execute}: {@code {"tool_name":…,"parameters":…}}. Checks
 * a body that passes as a stream, so that nothing in it can close the parameters and name another
 * tool behind them. One instance per call; not thread-safe.
 */
final class ToolWrap {
  private static final Buffer SUFFIX = Buffer.buffer("}");
  private static final Buffer NOTHING = Buffer.buffer("{}");

  private final Buffer prefix;
  private int depth;
  private boolean begun;
  private boolean inText;
  private boolean escaped;

  ToolWrap(String tool) {
    prefix =
        Buffer.buffer(
            "{\"tool_name\":\""
                + new String(JsonStringEncoder.getInstance().quoteAsString(tool))
                + "\",\"parameters\":");
  }

  /** The body for held parameters, which are one JSON object or nothing. */
  Buffer around(Buffer parameters) {
    Buffer inner = parameters.length() == 0 ? NOTHING : parameters;
    return Buffer.buffer(prefix.length() + inner.length() + 1)
        .appendBuffer(prefix)
        .appendBuffer(inner)
        .appendBuffer(SUFFIX);
  }

  /** Sent before streamed parameters. */
  Buffer prefix() {
    return prefix;
  }

  /** Sent after them. */
  Buffer suffix() {
    return SUFFIX;
  }

  /** Bytes that the wrapping adds. */
  int extra() {
    return prefix.length() + SUFFIX.length();
  }

  /**
   * Follows streamed parameters.
   *
   * @return false when they are not one object with nothing but blanks around it
   */
  boolean follow(Buffer chunk) {
    for (int i = 0; i < chunk.length(); i++) {
      if (!follow(chunk.getByte(i))) {
        return false;
      }
    }
    return true;
  }

  /** Whether the object is complete. */
  boolean isComplete() {
    return begun && depth == 0;
  }

  private boolean follow(byte b) {
    if (inText) {
      inText = escaped || b != '"';
      escaped = !escaped && b == '\\';
      return true;
    }
    if (depth == 0) {
      if (b == '{' && !begun) {
        begun = true;
        depth = 1;
        return true;
      }
      return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }
    switch (b) {
      case '"' -> inText = true;
      case '{', '[' -> depth++;
      case '}', ']' -> depth--;
      default -> {
        // Whether it is JSON inside is for the agent to say.
      }
    }
    return true;
  }
}
