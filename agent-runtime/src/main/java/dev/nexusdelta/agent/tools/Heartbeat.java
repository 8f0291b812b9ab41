package dev.nexusdelta.agent.tools;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Says, on a worker, when a stream has been silent for a while, again and again. Thread-safe. */
final class Heartbeat {
  private final Timer timer;
  private final Duration pause;
  private final LongSupplier nanos;
  private final Workers workers;
  private volatile long last;
  private @Nullable Runnable beat;
  private Runnable forget = () -> {};
  private boolean stopped;

  /**
   * @param pause how long is a while
   * @param nanos monotonic time
   */
  Heartbeat(Timer timer, Duration pause, LongSupplier nanos, Workers workers) {
    this.timer = timer;
    this.pause = pause;
    this.nanos = nanos;
    this.workers = workers;
  }

  /**
   * @param beat told of silence, once at a time
   */
  synchronized void start(Runnable beat) {
    this.beat = beat;
    written();
    arm();
  }

  /** Something was written just now. */
  void written() {
    last = nanos.getAsLong();
  }

  synchronized void stop() {
    stopped = true;
    forget.run();
  }

  private long left() {
    return pause.toNanos() - (nanos.getAsLong() - last);
  }

  private synchronized void arm() {
    if (!stopped) {
      long left = left();
      forget = timer.after(left > 0 ? Duration.ofNanos(left) : pause, this::look);
    }
  }

  /** On the timer's thread: without room among the workers there is another time. */
  private void look() {
    if (left() > 0 || !workers.start(this::tell)) {
      arm();
    }
  }

  private void tell() {
    Runnable told;
    synchronized (this) {
      told = stopped ? null : beat;
    }
    if (told != null) {
      told.run();
      arm();
    }
  }
}
