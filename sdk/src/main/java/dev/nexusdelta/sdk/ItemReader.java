package dev.nexusdelta.sdk;

import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes the items of a tool's stream off its events or lines: tells them from progress, end and
 * failure, and a stream that was cut from a whole one.
 */
final class ItemReader implements ToolStream.Source<JsonValue> {
  private final EventReader events;
  private final boolean tellsItsEnd;
  private volatile Consumer<Progress> progress = seen -> {};
  private boolean ended;

  ItemReader(EventReader events) {
    this.events = events;
    // Who marks its streams so (the agent runtime does) writes an end.
    this.tellsItsEnd = events.answer().header("x-nexus-stream").equals("tool");
  }

  /** The items of an answer; of one that is no stream, its result's, or the result alone. */
  static ToolStream.Source<JsonValue> of(WireAnswer answer) {
    String type = answer.header("content-type");
    boolean streamed =
        !ToolAnswer.isFailure(answer)
            && !type.startsWith("application/json")
            && !type.startsWith("application/problem+json");
    if (streamed) {
      return new ItemReader(new EventReader(answer));
    }
    JsonValue result = ToolAnswer.read(answer).result();
    Iterator<JsonValue> items =
        result.isArray() ? result.items().iterator() : List.of(result).iterator();
    return () -> items.hasNext() ? items.next() : null;
  }

  @Override
  public void onProgress(Consumer<Progress> listener) {
    progress = listener;
  }

  @Override
  public @Nullable JsonValue next() {
    while (!ended) {
      StreamEvent event = events.next();
      if (event == null) {
        ended = true;
        if (tellsItsEnd && !events.isClosed()) {
          events.close();
          throw events.answer().cut();
        }
        break;
      }
      JsonValue item = events.isEvents() ? ofEvent(event) : ofLine(event);
      if (item != null) {
        return item;
      }
    }
    events.close();
    return null;
  }

  private @Nullable JsonValue ofEvent(StreamEvent event) {
    JsonValue data = ToolAnswer.lenient(event.data());
    return switch (event.type()) {
      case "progress" -> seen(data);
      case "end" -> end();
      case "error" -> throw failed(data);
      default -> data;
    };
  }

  /** {@code {"item":…}}, {@code {"progress":{…}}}, {@code {"end":{…}}}, a problem, or any other. */
  private @Nullable JsonValue ofLine(StreamEvent event) {
    JsonValue line = ToolAnswer.lenient(event.data());
    if (line.fields().size() == 1) {
      JsonValue item = line.get("item");
      if (item.kind() != JsonValue.Kind.MISSING) {
        return item;
      }
      if (line.get("progress").isObject()) {
        return seen(line.get("progress"));
      }
      if (line.get("end").isObject()) {
        return end();
      }
    }
    if (ToolAnswer.isError(line)) {
      throw failed(line);
    }
    return line;
  }

  private @Nullable JsonValue seen(JsonValue data) {
    progress.accept(Progress.from(data));
    return null;
  }

  private @Nullable JsonValue end() {
    ended = true;
    return null;
  }

  private ToolException failed(JsonValue problem) {
    ended = true;
    events.close();
    return ToolAnswer.toolError(problem, "", events.answer());
  }

  @Override
  public void close() {
    events.close();
  }
}
