package dev.nexusdelta.host.docker;

import com.github.dockerjava.transport.DockerHttpClient.Response;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Something that flows from the engine for as long as it is wanted: one thread, at most one
 * connection. What ends is opened again after a {@link ReopenDelay}, until the turns say that it is
 * over or the stream is closed.
 *
 * <p>{@link #start}, {@link #reopen}, {@link #silent} and {@link #close} may be called from any
 * thread and do not block; {@link #open} and {@link #heard} are for the turns.
 */
final class EngineStream implements AutoCloseable {
  /** What is asked and read, on the stream's thread, which may be interrupted at any time. */
  interface Turns {
    /**
     * Opens, and reads until the end.
     *
     * @return whether to do that again; so it is after an exception
     */
    boolean next(EngineStream stream) throws IOException, InterruptedException;
  }

  static final String THREADS = "nexus-docker-";
  private static final Logger log = LoggerFactory.getLogger(EngineStream.class);
  private static final Duration HEALTHY = Duration.ofSeconds(2);

  private final EngineWire wire;
  private final Turns turns;
  private final Consumer<EngineStream> ended;
  private final Thread thread;
  private volatile long heardAt;
  // All below under this object's lock.
  private @Nullable Response current;
  private boolean inTurn;
  private boolean hurry;
  private boolean closed;

  /**
   * @param name of the thread, after {@link #THREADS}
   * @param ended called on that thread, as the last thing it does
   */
  EngineStream(String name, EngineWire wire, Turns turns, Consumer<EngineStream> ended) {
    this.wire = wire;
    this.turns = turns;
    this.ended = ended;
    this.thread = new Thread(this::run, THREADS + name);
    this.thread.setDaemon(true);
  }

  EngineStream start() {
    touch();
    thread.start();
    return this;
  }

  /** Ends what is open or being opened, and opens anew at once. */
  void reopen() {
    Response dropped;
    synchronized (this) {
      hurry = true;
      dropped = dropCurrent();
      notifyAll();
    }
    end(dropped);
  }

  /** Ends the thread and its connection, even in the midst of opening. Repeating it is harmless. */
  @Override
  public void close() {
    Response dropped;
    synchronized (this) {
      closed = true;
      dropped = dropCurrent();
      notifyAll();
    }
    end(dropped);
  }

  synchronized boolean isClosed() {
    return closed;
  }

  /** Nothing was heard for that long, neither while opening nor since. */
  boolean silent(Duration limit) {
    return wire.nanos().getAsLong() - heardAt > limit.toNanos();
  }

  /**
   * Something was read whole; to be called before it is used. Closing an answer from another thread
   * reads what is left of it: what the turn reads from then on has gaps that nothing shows.
   *
   * @throws IOException if the answer was dropped meanwhile
   */
  void heard() throws IOException {
    synchronized (this) {
      if (closed || hurry) {
        throw new IOException("closed while it was read");
      }
    }
    touch();
  }

  private void touch() {
    heardAt = wire.nanos().getAsLong();
  }

  /** Asks the engine; the answer is to be closed after reading, before the next is opened. */
  Response open(String path) throws IOException {
    touch();
    Response response = wire.get(path);
    synchronized (this) {
      if (!closed && !hurry) {
        current = response;
        touch();
        return response;
      }
    }
    response.close();
    throw new IOException("closed while it was opened");
  }

  /**
   * An interrupt closes a unix socket at once, whatever the thread waits for; a TCP socket needs
   * the close of its answer.
   */
  private @Nullable Response dropCurrent() {
    if (!inTurn) {
      return null;
    }
    thread.interrupt();
    Response dropped = current;
    current = null;
    return dropped;
  }

  private static void end(@Nullable Response dropped) {
    if (dropped != null) {
      dropped.close();
    }
  }

  /** The part of a container's id that people read. */
  static String abridged(String container) {
    return container.substring(0, Math.min(12, container.length()));
  }

  private void run() {
    try {
      takeTurns();
    } finally {
      ended.accept(this);
    }
  }

  private void takeTurns() {
    int failures = 0;
    while (beginTurn()) {
      long began = wire.nanos().getAsLong();
      boolean again = true;
      try {
        again = turns.next(this);
      } catch (IOException | InterruptedException | RuntimeException e) {
        log.debug("{} was cut: {}", thread.getName(), e.toString());
      } finally {
        endTurn();
      }
      if (!again) {
        return;
      }
      boolean healthy = wire.nanos().getAsLong() - began > HEALTHY.toNanos();
      failures = healthy ? 1 : failures + 1;
      pause(wire.delay().after(failures));
    }
  }

  private synchronized boolean beginTurn() {
    inTurn = !closed;
    hurry = false;
    return inTurn;
  }

  private synchronized void endTurn() {
    inTurn = false;
    current = null;
    // An interrupt was for this turn only; from here on the flags tell.
    Thread.interrupted();
  }

  private synchronized void pause(Duration delay) {
    long end = wire.nanos().getAsLong() + delay.toNanos();
    long left = delay.toNanos();
    while (left > 0 && !closed && !hurry) {
      try {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      } catch (InterruptedException nobodyElse) {
        log.debug("{} was interrupted while it waited", thread.getName());
      }
      left = end - wire.nanos().getAsLong();
    }
  }
}
