package dev.nexusdelta.agent.tools;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One call while it runs: who asked, how long there is, whether anybody still wants the result.
 * Thread-safe.
 */
public final class Call {
  private final String requestId;
  private final Optional<String> traceparent;
  private final LongSupplier nanos;
  private final long started;
  private final Object lock = new Object();
  private @Nullable List<Runnable> listeners = new ArrayList<>(0);
  private @Nullable Thread thread;
  private @Nullable String cancelled;
  private volatile Optional<Duration> timeout;
  private volatile Consumer<Progress> progress = ignored -> {};

  /**
   * @param nanos monotonic time
   * @param timeout from now; empty = as long as it takes
   */
  public Call(
      String requestId,
      Optional<String> traceparent,
      LongSupplier nanos,
      Optional<Duration> timeout) {
    this.requestId = requestId;
    this.traceparent = traceparent;
    this.nanos = nanos;
    this.started = nanos.getAsLong();
    this.timeout = timeout;
  }

  /** Id under which gateway, agent and logs know the call. */
  public String requestId() {
    return requestId;
  }

  /** W3C trace context as it came. */
  public Optional<String> traceparent() {
    return traceparent;
  }

  /** The whole time given; empty = no limit. */
  public Optional<Duration> timeout() {
    return timeout;
  }

  /** Time left, never negative; empty = no limit. */
  public Optional<Duration> remaining() {
    return timeout.map(
        whole -> {
          long left = whole.toNanos() - (nanos.getAsLong() - started);
          return Duration.ofNanos(Math.max(0, left));
        });
  }

  /** Monotonic time. */
  long nanos() {
    return nanos.getAsLong();
  }

  /** Its answer is a stream that has begun: from now on it has as long as it takes. */
  void unbound() {
    timeout = Optional.empty();
  }

  /** How far the tool has come; lost unless somebody listens. */
  public void progress(Progress latest) {
    progress.accept(latest);
  }

  void onProgress(Consumer<Progress> listener) {
    progress = listener;
  }

  /** Why nobody wants the result any more; empty while somebody does. */
  public Optional<String> cancellation() {
    synchronized (lock) {
      if (cancelled == null && remaining().filter(Duration::isZero).isPresent()) {
        return Optional.of("deadline");
      }
      return Optional.ofNullable(cancelled);
    }
  }

  /** Runs the listener when the call is cancelled, at once if it was; it must not block. */
  public void onCancel(Runnable listener) {
    synchronized (lock) {
      if (cancelled == null) {
        if (listeners != null) {
          listeners.add(listener);
        }
        return;
      }
    }
    listener.run();
  }

  /** Tells the tool, by flag, listeners and interrupt, that nobody wants the result. Once. */
  public void cancel(String reason) {
    List<Runnable> told;
    synchronized (lock) {
      if (cancelled != null || listeners == null) {
        return;
      }
      cancelled = reason;
      told = List.copyOf(listeners);
      if (thread != null) {
        thread.interrupt();
      }
    }
    told.forEach(Runnable::run);
  }

  /** From now on this thread works for the call. */
  void enter() {
    synchronized (lock) {
      thread = Thread.currentThread();
      if (cancelled != null) {
        thread.interrupt();
      }
    }
  }

  /** The thread works for it no longer, and takes no interrupt of it along. */
  void leave() {
    synchronized (lock) {
      thread = null;
      if (cancelled != null) {
        Thread.interrupted();
      }
    }
  }

  /** Over: there is nothing left to cancel. */
  void finish() {
    progress = ignored -> {};
    synchronized (lock) {
      listeners = null;
    }
  }
}
