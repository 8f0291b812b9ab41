package dev.nexusdelta.proxy;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;

/**
 * Hands the chunks of one stream to another with back-pressure; ends and failures are its owner's.
 * Stays on one event loop.
 */
final class Pump {
  private final ReadStream<Buffer> from;
  private final WriteStream<Buffer> to;
  private boolean waiting;
  private boolean stopped;

  /** A pump that hands on what it is given. */
  Pump(ReadStream<Buffer> from, WriteStream<Buffer> to) {
    this.from = from;
    this.to = to;
    to.drainHandler(
        drained -> {
          if (waiting && !stopped) {
            waiting = false;
            from.resume();
          }
        });
  }

  /** Writes one chunk and stops the source while the other side is full. */
  void write(Buffer chunk) {
    if (stopped) {
      return;
    }
    to.write(chunk);
    if (to.writeQueueFull()) {
      waiting = true;
      from.pause();
    }
  }

  /** Whether the source waits for the other side. */
  boolean isWaiting() {
    return waiting;
  }

  /** Writes no more. */
  void stop() {
    stopped = true;
  }
}
