package dev.nexusdelta.app.handover;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The gateway that this process follows. While the connection lasts it owns nothing, and goes on
 * serving callers; closing the connection before {@link #serving} gives it everything back. If it
 * dies meanwhile, this process goes on alone. Blocking; not thread-safe.
 */
public final class Predecessor implements AutoCloseable {
  private static final int GREETING_MILLIS = 3_000;

  /** Builds and starts of replicas that are under way may take their time to stop. */
  private static final int RELEASE_MILLIS = 45_000;

  private static final int LEAVE_MILLIS = 2_000;

  private final Line line;
  private final Card card;

  private Predecessor(Line line, Card card) {
    this.line = line;
    this.card = card;
  }

  /** The gateway that runs on this data folder; empty if none answers. */
  public static Optional<Predecessor> of(Path data) throws IOException {
    Optional<Card> card = Card.read(data);
    if (card.isEmpty() || card.get().port() <= 0) {
      return Optional.empty();
    }
    Socket socket = new Socket();
    Line line;
    try {
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), card.get().port()),
          GREETING_MILLIS);
      line = new Line(socket);
    } catch (IOException dead) {
      socket.close();
      return Optional.empty();
    }
    return Optional.of(new Predecessor(line, card.get()));
  }

  /** Address that callers use, such as {@code 127.0.0.1:8080}. */
  public String listen() {
    return card.listen();
  }

  /** Address of its admin listener; empty text = it has none. */
  public String admin() {
    return card.admin();
  }

  /**
   * Makes it give up everything that only one may own.
   *
   * @return how many replicas of each agent take calls there; empty if it died meanwhile
   * @throws IOException if it refuses, or does not do it in time
   */
  public Map<String, Integer> release() throws IOException {
    Map<String, Integer> routable = new LinkedHashMap<>();
    JsonObject answer = asked();
    if (answer.containsKey("refused")) {
      throw new IOException(
          "the gateway that runs does not hand over: " + answer.getString("refused"));
    }
    JsonObject counts = answer.getJsonObject("routable", new JsonObject());
    counts.forEach(count -> routable.put(count.getKey(), ((Number) count.getValue()).intValue()));
    return routable;
  }

  private JsonObject asked() throws IOException {
    JsonObject nothing = new JsonObject();
    try {
      line.send(new JsonObject().put("secret", card.secret()));
      JsonObject hello = line.next(GREETING_MILLIS);
      JsonObject answer = hello == null ? null : line.next(RELEASE_MILLIS);
      return answer == null ? nothing : answer;
    } catch (SocketTimeoutException e) {
      throw new IOException(
          "the gateway that runs does not hand over in time: nexus down ends it, or kill -9 if it hangs",
          e);
    } catch (IOException dead) {
      return nothing; // whether that is so, the lock of the data folder tells
    }
  }

  /** From now on this process serves: the other may leave. */
  public void serving() {
    try {
      line.send(new JsonObject().put("serving", true));
      line.next(LEAVE_MILLIS);
    } catch (IOException gone) {
      // It has died since, and nothing of it is missed.
      return;
    }
  }

  @Override
  public void close() throws IOException {
    line.close();
  }
}
