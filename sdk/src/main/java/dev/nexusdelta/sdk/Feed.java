package dev.nexusdelta.sdk;

import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Documents that arrive one after the other: log lines or events. Blocks while none is there; ends
 * when the gateway ends it or {@link #close} is called, from any thread.
 *
 * <p>One thread may iterate, once.
 */
public final class Feed implements Iterable<JsonValue>, AutoCloseable {
  private final EventReader events;

  Feed(WireAnswer answer) {
    this.events = new EventReader(answer);
  }

  @Override
  public Iterator<JsonValue> iterator() {
    return new SourceIterator<>(this::read);
  }

  private @Nullable JsonValue read() {
    StreamEvent event = events.next();
    return event == null ? null : event.json();
  }

  @Override
  public void close() {
    events.close();
  }
}
