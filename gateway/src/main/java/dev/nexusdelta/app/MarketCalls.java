package dev.nexusdelta.app;

import dev.nexusdelta.admin.CountedCalls;
import dev.nexusdelta.discovery.Registry;
import dev.nexusdelta.market.CallDays;
import dev.nexusdelta.market.Tally;
import dev.nexusdelta.telemetry.CallTotals;
import dev.nexusdelta.telemetry.PrometheusMetrics;
import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what the metrics count of calls for seven days: looks at them every few seconds, and writes
 * a small file of the data folder at most once a minute and at the end. A file that cannot be read
 * is put aside.
 *
 * <p>All work is done by one worker thread; its methods may be called from any.
 */
final class MarketCalls {
  private static final Logger log = LoggerFactory.getLogger(MarketCalls.class);
  private static final String FILE = "market.calls";
  private static final long LOOK_MILLIS = 10_000;
  private static final long WRITE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final Path file;
  private final Supplier<Map<String, CallTotals>> metrics;
  private final InstantSource clock;
  private final LongSupplier nanos;
  private final List<Long> bounds = PrometheusMetrics.bounds();
  private final CallDays days;
  private final Map<String, Tally> seen = new HashMap<>();

  /** What the file holds; as much as nothing before there is one. */
  private String written;

  private long writtenNanos;

  MarketCalls(
      Path folder,
      Supplier<Map<String, CallTotals>> metrics,
      InstantSource clock,
      LongSupplier nanos) {
    this.file = folder.resolve(FILE);
    this.metrics = metrics;
    this.clock = clock;
    this.nanos = nanos;
    int buckets = bounds.size() + 1;
    this.written = new CallDays(buckets).text();
    this.days = read(buckets);
    this.writtenNanos = nanos.getAsLong();
    // Of an earlier term of this process: that one has counted them.
    metrics.get().forEach((agent, totals) -> seen.put(agent, tally(totals)));
  }

  /** Begins; ended with the rest. */
  static CountedCalls begin(Path folder, Frame frame, Registry registry, Closing closing) {
    Surroundings world = frame.world();
    MarketCalls calls =
        new MarketCalls(folder, frame.metrics()::takeCalls, world.clock(), world.nanos());
    WorkerExecutor worker = frame.loops().createSharedWorkerExecutor("nexus-market-calls", 1);
    long timer =
        frame
            .loops()
            .setPeriodic(LOOK_MILLIS, tick -> worker.executeBlocking(() -> calls.look(false)));
    registry.watch(
        spec -> {
          if (spec.deleted()) {
            calls.days.forget(spec.name().key());
          }
        });
    closing.add(
        "record of calls",
        () -> {
          frame.loops().cancelTimer(timer);
          return worker
              .executeBlocking(() -> calls.look(true))
              .eventually(worker::close)
              .mapEmpty();
        });
    return new CountedCalls() {
      @Override
      public Future<Counted> take() {
        return worker.executeBlocking(() -> calls.look(false));
      }

      @Override
      public List<Long> bounds() {
        return calls.bounds;
      }
    };
  }

  /** Adds what was counted since the last time; blocks. */
  synchronized CountedCalls.Counted look(boolean last) {
    metrics
        .get()
        .forEach(
            (agent, totals) -> {
              Tally now = tally(totals);
              Tally before = seen.put(agent, now);
              if (!agent.isEmpty() && !agent.startsWith("_")) {
                days.add(agent, before == null ? now : now.since(before), clock.instant());
              }
            });
    if (last || nanos.getAsLong() - writtenNanos >= WRITE_NANOS) {
      write();
    }
    return new CountedCalls.Counted(days.all(clock.instant()), days.since());
  }

  private static Tally tally(CallTotals totals) {
    return new Tally(totals.calls(), totals.failed(), totals.took(), totals.slowestMicros());
  }

  private CallDays read(int buckets) {
    try {
      String text = Files.readString(file);
      CallDays read = CallDays.read(text, buckets, clock.instant());
      written = text;
      return read;
    } catch (NoSuchFileException e) {
      log.debug("no calls are on record yet");
    } catch (IOException | IllegalArgumentException e) {
      log.warn("{} is put aside, its calls are not counted: {}", file, e.toString());
      putAside();
    }
    return new CallDays(buckets);
  }

  private void putAside() {
    try {
      Files.move(
          file,
          file.resolveSibling(FILE + ".bad"),
          StandardCopyOption.REPLACE_EXISTING,
          StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      log.warn("{} cannot be put aside: {}", file, e.toString());
    }
  }

  private void write() {
    String text = days.text();
    writtenNanos = nanos.getAsLong();
    if (text.equals(written)) {
      return;
    }
    Path next = file.resolveSibling(FILE + ".next");
    try (FileChannel out =
        FileChannel.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
      written = text;
    } catch (IOException e) {
      log.warn("calls are not on record beyond this process: {}", e.toString());
    }
  }
}
