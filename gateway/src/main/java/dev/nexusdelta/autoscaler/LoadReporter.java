package dev.nexusdelta.autoscaler;

import dev.nexusdelta.load.AgentLoad;
import dev.nexusdelta.load.LoadReport;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells all gateways what calls this one carries: each second, and at once where somebody waits.
 *
 * <p>Works on a context of its own; {@link #hurry} may be called from any thread.
 */
public final class LoadReporter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LoadReporter.class);
  private static final Duration USUALLY = Duration.ofSeconds(1);

  /** Calls that wait come in crowds: the first one is told of at once, the crowd together. */
  private static final Duration AT_MOST_EACH = Duration.ofMillis(100);

  private final Vertx vertx;
  private final Context context;
  private final String gateway;
  private final long epoch;
  private final Supplier<Future<Map<String, AgentLoad>>> load;
  private final Function<LoadReport, Future<Void>> send;
  private final LongSupplier nanos;

  private long sequence;

  /** Of the last take that succeeded. */
  private long takenAt;

  /** Of the last take, whatever came of it. */
  private long askedAt;

  private long timer = -1;
  private boolean taking;
  private boolean again;
  private boolean silent;
  private volatile boolean closed;

  /**
   * Begins to report.
   *
   * @param gateway name of this one
   * @param epoch another one for each life of the gateway
   * @param load what came since it was asked before
   * @param send to all gateways
   * @param nanos a monotonic clock
   */
  public static LoadReporter start(
      Vertx vertx,
      String gateway,
      long epoch,
      Supplier<Future<Map<String, AgentLoad>>> load,
      Function<LoadReport, Future<Void>> send,
      LongSupplier nanos) {
    LoadReporter reporter = new LoadReporter(vertx, gateway, epoch, load, send, nanos);
    reporter.context.runOnContext(begun -> reporter.waitUntil(USUALLY));
    return reporter;
  }

  private LoadReporter(
      Vertx vertx,
      String gateway,
      long epoch,
      Supplier<Future<Map<String, AgentLoad>>> load,
      Function<LoadReport, Future<Void>> send,
      LongSupplier nanos) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.gateway = gateway;
    this.epoch = epoch;
    this.load = load;
    this.send = send;
    this.nanos = nanos;
    this.takenAt = nanos.getAsLong();
    this.askedAt = takenAt;
  }

  /** Somebody waits for a replica: the next report does not wait for its second. */
  public void hurry() {
    context.runOnContext(
        turn -> {
          if (taking) {
            // What waits since may not be in what is being taken.
            again = true;
          } else {
            waitUntil(AT_MOST_EACH);
          }
        });
  }

  /** After the take before; takes the place of what was waited for until now. */
  private void waitUntil(Duration later) {
    vertx.cancelTimer(timer);
    if (!closed) {
      long left = later.toNanos() - (nanos.getAsLong() - askedAt);
      timer = vertx.setTimer(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)), due -> report());
    }
  }

  private void report() {
    askedAt = nanos.getAsLong();
    taking = true;
    taken().onComplete(done -> context.runOnContext(turn -> report(askedAt, done)));
  }

  private Future<Map<String, AgentLoad>> taken() {
    try {
      return load.get();
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  private void report(long at, AsyncResult<Map<String, AgentLoad>> load) {
    taking = false;
    if (load.succeeded()) {
      long covered = at - takenAt;
      takenAt = at;
      // A lost one leaves a gap that readers see by the sequence; nobody waits for it here.
      send.apply(new LoadReport(gateway, epoch, ++sequence, covered, load.result()))
          .onComplete(sent -> context.runOnContext(turn -> told(sent.cause())));
    } else {
      told(load.cause());
    }
    waitUntil(again ? AT_MOST_EACH : USUALLY);
    again = false;
  }

  /** Said once, not each second: silence is what readers act upon. */
  private void told(@Nullable Throwable failure) {
    if (failure != null && !silent && !closed) {
      LOG.warn("the load of this gateway is not reported: {}", failure.toString());
    } else if (failure == null && silent) {
      LOG.info("the load of this gateway is reported again");
    }
    silent = failure != null;
  }

  @Override
  public void close() {
    closed = true;
    context.runOnContext(turn -> vertx.cancelTimer(timer));
  }
}
