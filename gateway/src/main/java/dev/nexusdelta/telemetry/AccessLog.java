package dev.nexusdelta.telemetry;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

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
  private final StringBuilder lines = new StringBuilder();
  private long second = Long.MIN_VALUE;
  private String secondText = "";

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
    lines.setLength(0);
    for (AccessEntry entry : batch) {
      line(entry, lines);
    }
    try {
      file.append(lines.toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      dropped.addAndGet(batch.size());
    }
  }

  private void line(AccessEntry entry, StringBuilder to) {
    to.append("{\"at\":\"");
    time(entry.atMillis(), to);
    text("requestId", entry.requestId(), to.append('"'));
    text("agent", entry.agent(), to);
    text("tool", entry.tool(), to);
    text("replica", entry.replica(), to);
    to.append(",\"status\":").append(entry.status());
    text("code", entry.code(), to);
    to.append(",\"attempts\":").append(entry.attempts());
    millis("durationMs", entry.durationNanos(), to);
    millis("agentMs", entry.agentNanos(), to);
    to.append(",\"bytesIn\":").append(entry.bytesIn());
    to.append(",\"bytesOut\":").append(entry.bytesOut());
    text("remote", entry.remote(), to);
    to.append("}\n");
  }

  private static void text(String name, @Nullable String value, StringBuilder to) {
    to.append(",\"").append(name).append("\":");
    if (value == null) {
      to.append("null");
    } else if (isPlain(value)) {
      to.append('"').append(value).append('"');
    } else {
      JsonStringEncoder.getInstance().quoteAsString(value, to.append('"'));
      to.append('"');
    }
  }

  /** Nothing in it has to be written otherwise. */
  private static boolean isPlain(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < ' ' || c > '~' || c == '"' || c == '\\') {
        return false;
      }
    }
    return true;
  }

  /** As ISO 8601; its seconds are the same for many lines. */
  private void time(long epochMillis, StringBuilder to) {
    long newSecond = Math.floorDiv(epochMillis, 1000);
    if (newSecond != second) {
      second = newSecond;
      String text = Instant.ofEpochSecond(newSecond).toString();
      secondText = text.substring(0, text.length() - 1);
    }
    thousandths((int) Math.floorMod(epochMillis, 1000L), to.append(secondText).append('.'));
    to.append('Z');
  }

  /** Milliseconds with three decimals. */
  private static void millis(String name, long nanos, StringBuilder to) {
    long micros = (Math.max(0, nanos) + 500) / 1000;
    to.append(",\"").append(name).append("\":").append(micros / 1000).append('.');
    thousandths((int) (micros % 1000), to);
  }

  private static void thousandths(int number, StringBuilder to) {
    to.append((char) ('0' + number / 100))
        .append((char) ('0' + number / 10 % 10))
        .append((char) ('0' + number % 10));
  }
}
