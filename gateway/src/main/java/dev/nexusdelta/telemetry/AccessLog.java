package dev.nexusdelta.telemetry;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes one JSON line per call, on a thread of its own. A full queue or a failing disk loses lines
 * and counts them; no call ever waits for it. {@link #add} is thread-safe.
 */
public final class AccessLog implements AutoCloseable {
  private static final int QUEUE = 16_384;

  private static final int BATCH = 1024;

  /**
   * The queue is looked at this often, not at each entry: waking a thread costs more than a line.
   */
  private static final long PAUSE_MILLIS = 50;

  private final BlockingQueue<AccessEntry> queue = new ArrayBlockingQueue<>(QUEUE);
  private final AtomicLong dropped = new AtomicLong();
  private final RotatingFile file;
  private final Thread writer;
  private final CountDownLatch end = new CountDownLatch(1);

  // The writer's own.
  private final AccessLines lines = new AccessLines();

  /** Appends to {@code file}; rotated at 32 MiB, five older ones are kept. */
  public AccessLog(Path file) {
    this(file, 32L << 20, 5);
  }

  AccessLog(Path file, long rotateBytes, int keep) {
    this.file = new RotatingFile(file, rotateBytes, keep);
    this.writer = new Thread(this::run, "access-log");
    writer.setDaemon(true);
    writer.start();
  }

  /** Adds a call; never blocks. */
  public void add(AccessEntry entry) {
    if (end.getCount() == 0 || !queue.offer(entry)) {
      dropped.incrementAndGet();
    }
  }

  /** Lines lost so far. */
  public long dropped() {
    return dropped.get();
  }

  /** Writes what is queued and ends, within two seconds. */
  @Override
  public void close() {
    end.countDown();
    try {
      writer.join(2000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    List<AccessEntry> batch = new ArrayList<>(BATCH);
    boolean ended = false;
    while (!ended) {
      try {
        ended = end.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        ended = true;
      }
      while (queue.drainTo(batch, BATCH) > 0) {
        write(batch);
        batch.clear();
      }
    }
    file.close();
  }

  private void write(List<AccessEntry> batch) {
    lines.clear();
    for (AccessEntry entry : batch) {
      lines.add(entry);
    }
    try {
      file.append(lines.bytes(), lines.size());
    } catch (IOException e) {
      dropped.addAndGet(batch.size());
    }
  }
}
