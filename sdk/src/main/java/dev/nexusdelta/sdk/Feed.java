package dev.nexusdelta.sdk;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Documents that arrive one after the other: log lines or events. Blocks while none is there; ends
 * when the gateway ends it or {@link #close} is called, from any thread.
 *
 * <p>One thread may iterate, once.
 */
public final class Feed implements Iterable<JsonValue>, AutoCloseable {
  private final WireAnswer answer;
  private final boolean serverSentEvents;
  private volatile boolean closed;

  Feed(WireAnswer answer) {
    this.answer = answer;
    this.serverSentEvents = answer.header("content-type").startsWith("text/event-stream");
  }

  @Override
  public Iterator<JsonValue> iterator() {
    return new Iterator<>() {
      private @Nullable JsonValue next;

      @Override
      public boolean hasNext() {
        if (next == null) {
          next = read();
        }
        return next != null;
      }

      @Override
      public JsonValue next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        JsonValue value = next == null ? JsonValue.MISSING : next;
        next = null;
        return value;
      }
    };
  }

  private @Nullable JsonValue read() {
    try {
      return serverSentEvents ? event() : line();
    } catch (IOException e) {
      if (closed) {
        return null;
      }
      throw answer.broken(e);
    }
  }

  private @Nullable JsonValue line() throws IOException {
    for (String line = answer.line(); line != null; line = answer.line()) {
      if (!line.isBlank()) {
        return JsonValue.parse(line);
      }
    }
    return null;
  }

  private @Nullable JsonValue event() throws IOException {
    List<String> data = new ArrayList<>();
    for (String line = answer.line(); line != null; line = answer.line()) {
      if (line.startsWith("data:")) {
        data.add(line.substring(line.startsWith("data: ") ? 6 : 5));
      } else if (line.isEmpty() && !data.isEmpty()) {
        return JsonValue.parse(String.join("\n", data));
      }
    }
    return null;
  }

  @Override
  public void close() {
    closed = true;
    answer.close();
  }
}
