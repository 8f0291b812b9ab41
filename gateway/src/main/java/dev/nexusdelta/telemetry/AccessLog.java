package dev.nexusdelta.telemetry;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Writes one JSON line per call, on a thread of its own. A full queue or a failing disk loses lines
 * and counts them; no call ever waits for it. {@link #add} is thread-safe.
 */
public final class AccessLog implements AutoCloseable {
  private static final int QUEUE = 8192;
  private static final int BATCH = 512;
  private static final AccessEntry END =
      new AccessEntry(0, "", null, null, null, 0, null, 0, 0, 0, 0, 0, "");

  private final BlockingQueue<AccessEntry> queue = new ArrayBlockingQueue<>(QUEUE);
  private final AtomicLong dropped = new AtomicLong();
  private final JsonFactory json = new JsonFactory();
  private final RotatingFile file;
  private final Thread writer;
  private volatile boolean closed;

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
    if (closed || !queue.offer(entry)) {
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
    closed = true;
    try {
      queue.offer(END, 1, TimeUnit.SECONDS);
      writer.join(1000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    List<AccessEntry> batch = new ArrayList<>(BATCH);
    boolean more = true;
    while (more) {
      batch.clear();
      try {
        batch.add(queue.take());
      } catch (InterruptedException e) {
        break;
      }
      queue.drainTo(batch, BATCH - 1);
      more = !batch.remove(END);
      write(batch);
    }
    file.close();
  }

  private void write(List<AccessEntry> batch) {
    StringBuilder lines = new StringBuilder(batch.size() * 256);
    for (AccessEntry entry : batch) {
      lines.append(line(entry)).append('\n');
    }
    try {
      file.append(lines.toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      dropped.addAndGet(batch.size());
    }
  }

  private String line(AccessEntry entry) {
    StringWriter out = new StringWriter(256);
    try (JsonGenerator line = json.createGenerator(out)) {
      line.writeStartObject();
      line.writeStringField("at", Instant.ofEpochMilli(entry.atMillis()).toString());
      line.writeStringField("requestId", entry.requestId());
      text(line, "agent", entry.agent());
      text(line, "tool", entry.tool());
      text(line, "replica", entry.replica());
      line.writeNumberField("status", entry.status());
      text(line, "code", entry.code());
      line.writeNumberField("attempts", entry.attempts());
      line.writeNumberField("durationMs", millis(entry.durationNanos()));
      line.writeNumberField("agentMs", millis(entry.agentNanos()));
      line.writeNumberField("bytesIn", entry.bytesIn());
      line.writeNumberField("bytesOut", entry.bytesOut());
      line.writeStringField("remote", entry.remote());
      line.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a string writer does not fail", e);
    }
    return out.toString();
  }

  private static void text(JsonGenerator line, String name, @Nullable String value)
      throws IOException {
    if (value == null) {
      line.writeNullField(name);
    } else {
      line.writeStringField(name, value);
    }
  }

  /** Milliseconds with three decimals. */
  private static double millis(long nanos) {
    return Math.round(nanos / 1e3) / 1e3;
  }
}
