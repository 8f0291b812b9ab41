package dev.nexusdelta.admin;

import dev.nexusdelta.host.LogLine;
import dev.nexusdelta.host.LogQuery;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.core.parsetools.RecordParser;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Log lines that one other gateway has of an agent: those that there are, then, if they are
 * followed, those that come. An empty line stands between the two. On one context.
 */
final class FarLogs {
  /** For how long those that there are may take. */
  private static final long PATIENCE_MILLIS = 3000;

  /** A line of 64 KiB, of which JSON makes up to six times as much. */
  private static final int LONGEST = 512 << 10;

  /** Bytes of those that there are. */
  private static final int MOST = 16 << 20;

  private final Vertx vertx;
  private final boolean follow;
  private final Promise<List<LogLine>> past = Promise.promise();
  private final List<LogLine> lines = new ArrayList<>();
  private int bytes;
  private long timer = -1;
  private boolean over;
  private String reason = "";
  private @Nullable HttpClientResponse answer;
  private @Nullable RecordParser parser;
  private @Nullable Consumer<LogLine> live;
  private @Nullable Consumer<String> ended;

  private FarLogs(Vertx vertx, boolean follow) {
    this.vertx = vertx;
    this.follow = follow;
  }

  /** Asks that gateway; see {@link #past}. */
  static FarLogs of(
      Vertx vertx,
      OtherGateways others,
      String gateway,
      AgentName agent,
      LogQuery query,
      boolean follow) {
    FarLogs logs = new FarLogs(vertx, follow);
    logs.timer =
        vertx.setTimer(
            PATIENCE_MILLIS,
            late -> logs.end("it has not answered within " + PATIENCE_MILLIS / 1000 + " s"));
    String path =
        "/api/v1/agents/"
            + agent.key()
            + "/logs?tail="
            + query.tail()
            + query.since().map(since -> "&since=" + since).orElse("")
            + (follow ? "&follow=true" : "");
    others
        .get(gateway, path)
        .onSuccess(logs::read)
        .onFailure(e -> logs.end(String.valueOf(e.getMessage())));
    return logs;
  }

  /** Those that there are, oldest first; fails with the reason for operators. */
  Future<List<LogLine>> past() {
    return past.future();
  }

  private void read(HttpClientResponse response) {
    answer = response;
    if (over) {
      reset();
      return;
    }
    RecordParser reading = RecordParser.newDelimited("\n", response);
    parser = reading;
    reading.maxRecordSize(LONGEST);
    reading.exceptionHandler(e -> end("it has broken off (" + e.getMessage() + ")"));
    reading.endHandler(
        end -> {
          if (!follow) {
            past.tryComplete(lines);
          }
          end("it has ended");
        });
    reading.handler(this::line);
    response.resume();
  }

  private void line(Buffer text) {
    if (over) {
      return;
    }
    if (text.length() == 0) {
      vertx.cancelTimer(timer);
      // What comes waits there until what there is has been sent on.
      pause();
      past.tryComplete(lines);
      return;
    }
    LogLine line;
    try {
      JsonObject json = text.toJsonObject();
      line =
          new LogLine(
              Instant.parse(json.getString("at")),
              json.getString("replica"),
              json.getString("text"));
    } catch (RuntimeException e) {
      end("it has answered with something else");
      return;
    }
    Consumer<LogLine> taker = live;
    if (taker != null) {
      taker.accept(line);
      return;
    }
    lines.add(line);
    bytes += text.length();
    if (bytes > MOST) {
      end("they are more than " + (MOST >> 20) + " MiB; ask for fewer with tail or since");
    }
  }

  /**
   * Goes on with those that come, after {@link #past} has succeeded.
   *
   * @param end is told once why no more come
   */
  void go(Consumer<LogLine> lines, Consumer<String> end) {
    live = lines;
    ended = end;
    if (over) {
      end.accept(reason);
    } else {
      resume();
    }
  }

  void pause() {
    RecordParser reading = parser;
    if (reading != null) {
      reading.pause();
    }
  }

  void resume() {
    RecordParser reading = parser;
    if (reading != null && live != null && !over) {
      reading.resume();
    }
  }

  private void end(String why) {
    if (over) {
      return;
    }
    close();
    reason = why;
    past.tryFail(why);
    Consumer<String> told = ended;
    if (told != null) {
      told.accept(why);
    }
  }

  /** Nobody wants more of them; nothing is told any more. */
  void close() {
    over = true;
    vertx.cancelTimer(timer);
    reset();
  }

  private void reset() {
    HttpClientResponse open = answer;
    if (open != null) {
      open.request().reset();
    }
  }
}
