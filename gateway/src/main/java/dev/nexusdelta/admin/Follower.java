package dev.nexusdelta.admin;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * One open answer that goes on as things happen. What the caller cannot take yet waits in a bounded
 * queue; a caller who falls further behind is cut off, so that it can never mistake a gap for
 * silence.
 *
 * <p>All methods may be called from any thread.
 */
final class Follower {
  /** Chunks that may wait. */
  static final int WAITING = 4_096;

  private static final int CROWD = WAITING / 4;

  private final Context context;
  private final HttpServerResponse response;
  private final Deque<Buffer> waiting = new ArrayDeque<>();
  private final List<Runnable> atEnd = new ArrayList<>();
  private final List<Runnable> atRoom = new ArrayList<>();
  private boolean scheduled;
  private boolean crowded;
  private boolean over;

  /**
   * @param context of the request
   */
  Follower(Context context, HttpServerResponse response) {
    this.context = context;
    this.response = response;
    response.closeHandler(gone -> finish());
    response.endHandler(gone -> finish());
    response.exceptionHandler(broken -> finish());
    response.drainHandler(room -> write());
  }

  /** Calls {@code action} once, when the caller has left or the stream is over; now if it is. */
  void onEnd(Runnable action) {
    synchronized (waiting) {
      if (!over) {
        atEnd.add(action);
        return;
      }
    }
    action.run();
  }

  /** Calls {@code action} each time when nothing waits any more after it was crowded. */
  void onRoom(Runnable action) {
    synchronized (waiting) {
      atRoom.add(action);
    }
  }

  /** Whether so much waits that whoever can wait, too, should do so until there is room. */
  boolean isCrowded() {
    synchronized (waiting) {
      crowded |= waiting.size() >= CROWD;
      return crowded;
    }
  }

  /** Sends a chunk as soon as the caller can take it. */
  void send(Buffer chunk) {
    boolean tooSlow;
    synchronized (waiting) {
      if (over) {
        return;
      }
      tooSlow = waiting.size() >= WAITING;
      if (!tooSlow) {
        waiting.add(chunk);
        if (scheduled) {
          return;
        }
        scheduled = true;
      }
    }
    context.runOnContext(go -> step(tooSlow));
  }

  private void step(boolean tooSlow) {
    if (tooSlow) {
      response.reset();
      finish();
    } else {
      write();
    }
  }

  private void write() {
    while (!response.closed() && !response.ended() && !response.writeQueueFull()) {
      Buffer next;
      synchronized (waiting) {
        next = waiting.poll();
        scheduled = next != null;
      }
      if (next == null) {
        hasRoom();
        return;
      }
      response.write(next);
    }
    // Full: it stays scheduled, and the drain handler goes on.
  }

  private void hasRoom() {
    List<Runnable> actions;
    synchronized (waiting) {
      if (!crowded || !waiting.isEmpty()) {
        return;
      }
      crowded = false;
      actions = List.copyOf(atRoom);
    }
    actions.forEach(Runnable::run);
  }

  /** Ends the answer properly, after what waits has been handed over. */
  void end() {
    context.runOnContext(
        go -> {
          Buffer rest = Buffer.buffer();
          synchronized (waiting) {
            waiting.forEach(rest::appendBuffer);
            waiting.clear();
          }
          if (!response.ended() && !response.closed()) {
            response.end(rest);
          }
          finish();
        });
  }

  private void finish() {
    List<Runnable> actions;
    synchronized (waiting) {
      over = true;
      waiting.clear();
      actions = List.copyOf(atEnd);
      atEnd.clear();
    }
    actions.forEach(Runnable::run);
  }
}
