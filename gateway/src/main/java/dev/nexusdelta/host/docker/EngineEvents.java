package dev.nexusdelta.host.docker;

import com.github.dockerjava.transport.DockerHttpClient.Response;
import io.vertx.core.Context;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What happens to containers that carry the label {@code nexus.agent}: ours, and foreign ones.
 *
 * <p>Whenever events may have been missed (at first, after each cut, after a flood) it says so: the
 * listener then lists all containers anew. No event after that list is missed, but one may be told
 * that the list knows already, up to about a second back: events always end with the present state,
 * so taking one twice does no harm.
 *
 * <p>All methods may be called from any thread and do not block.
 */
final class EngineEvents implements AutoCloseable {
  /** Called on the context, in order. */
  interface Listener {
    /** Anything may have happened: list everything. Events that follow are complete again. */
    void gap();

    /** This happened. */
    void happened(ContainerEvent event);
  }

  /** The engine itself drops events for a slow reader at this number. */
  private static final int MOST_WAITING = 1_024;

  private static final String FILTERS = filters();

  private final Listener listener;
  private final EngineStream stream;
  private final Deliveries<Optional<ContainerEvent>> deliveries;

  /** Listens from {@link #start} on. */
  EngineEvents(EngineWire wire, Context context, Listener listener) {
    this.listener = listener;
    this.deliveries = new Deliveries<>(context, MOST_WAITING, this::deliver);
    this.stream = new EngineStream("events", wire, this::listen, ended -> {});
  }

  void start() {
    stream.start();
  }

  /** The engine was away or hung: the stream may be dead without having ended. Opens it anew. */
  void suspect() {
    stream.reopen();
  }

  @Override
  public void close() {
    deliveries.close();
    stream.close();
  }

  private boolean listen(EngineStream opener) throws IOException {
    String path = "/events?filters=" + FILTERS + since(opener);
    try (Response response = opener.open(path)) {
      deliveries.offer(Optional.empty(), Optional.empty());
      JsonLines lines = new JsonLines(response.getBody());
      @Nullable JsonObject next;
      while ((next = lines.next()) != null) {
        opener.heard();
        Optional<ContainerEvent> event = ContainerEvent.of(next);
        if (event.isPresent()) {
          deliveries.offer(event, Optional.empty());
        }
      }
    }
    return true;
  }

  /**
   * The engine answers before it listens for us, so a list made upon the answer could come too
   * early. Asked for what happened since a moment ago, it replays that in the same step in which it
   * begins to listen.
   */
  private static String since(EngineStream opener) throws IOException {
    try (Response ping = opener.open("/_ping")) {
      String date = ping.getHeader("Date");
      if (date == null) {
        return "";
      }
      return "&since="
          + ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toEpochSecond();
    } catch (DateTimeException unknown) {
      return "";
    }
  }

  private void deliver(List<Optional<ContainerEvent>> batch) {
    for (Optional<ContainerEvent> event : batch) {
      if (!stream.isClosed()) {
        event.ifPresentOrElse(listener::happened, listener::gap);
      }
    }
  }

  private static String filters() {
    JsonArray kinds = new JsonArray();
    Arrays.stream(ContainerEvent.Kind.values()).forEach(kind -> kinds.add(kind.word()));
    JsonObject filters =
        new JsonObject()
            .put("type", new JsonArray().add("container"))
            .put("label", new JsonArray().add(Labels.AGENT))
            .put("event", kinds);
    return URLEncoder.encode(filters.encode(), StandardCharsets.UTF_8);
  }
}
