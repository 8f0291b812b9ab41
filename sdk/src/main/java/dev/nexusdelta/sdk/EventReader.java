package dev.nexusdelta.sdk;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Takes server-sent events, or lines, off an answer as they come. One thread reads; any may close.
 */
final class EventReader implements AutoCloseable {
  private final WireAnswer answer;
  private final boolean serverSentEvents;
  private volatile boolean closed;

  EventReader(WireAnswer answer) {
    this.answer = answer;
    this.serverSentEvents = answer.header("content-type").startsWith("text/event-stream");
  }

  /** Whether they are events, not lines. */
  boolean isEvents() {
    return serverSentEvents;
  }

  /** The answer that they are the body of. */
  WireAnswer answer() {
    return answer;
  }

  /** Whether somebody closed it. */
  boolean isClosed() {
    return closed;
  }

  /** The next one; blocks until it is there; null at the end, and once closed. */
  @Nullable StreamEvent next() {
    try {
      return closed ? null : serverSentEvents ? event() : line();
    } catch (IOException e) {
      if (closed) {
        return null;
      }
      close();
      throw answer.broken(e);
    }
  }

  private @Nullable StreamEvent line() throws IOException {
    for (String line = answer.line(); line != null; line = answer.line()) {
      if (!line.isBlank()) {
        return new StreamEvent("", "", line);
      }
    }
    return null;
  }

  private @Nullable StreamEvent event() throws IOException {
    StringBuilder data = null;
    String type = "";
    String id = "";
    for (String line = answer.line(); line != null; line = answer.line()) {
      int colon = line.indexOf(':');
      String value = colon < 0 ? "" : line.substring(colon + 1);
      String content = value.startsWith(" ") ? value.substring(1) : value;
      switch (colon < 0 ? line : line.substring(0, colon)) {
        case "data" ->
            data = data == null ? new StringBuilder(content) : data.append('\n').append(content);
        case "event" -> type = content;
        case "id" -> id = content;
        default -> {
          if (line.isEmpty()) {
            if (data != null) {
              return new StreamEvent(type, id, data.toString());
            }
            type = "";
          }
        }
      }
    }
    return null; // one without its empty line was cut
  }

  @Override
  public void close() {
    closed = true;
    answer.close();
  }
}
