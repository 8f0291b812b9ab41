package dev.nexusdelta.host.docker;

import dev.nexusdelta.host.LogQuery;
import dev.nexusdelta.host.ReplicaHost;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * What containers write, to output and to error, read from the engine: what there is, or followed
 * through cuts without losing or repeating a line. Each reader and follower has a thread and a
 * connection of its own until it ends or is closed.
 *
 * <p>All methods may be called from any thread and do not block; answers and lines arrive on the
 * context.
 */
final class ContainerLogs implements AutoCloseable {
  /** Each is a thread here and some in the engine. */
  static final int MOST_AT_ONCE = 256;

  private static final String READ = "read the log of container ";
  private static final int MOST_WAITING = 1_024;

  private final EngineWire wire;
  private final ContextInternal context;
  private final Set<EngineStream> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  ContainerLogs(EngineWire wire, Context context) {
    this.wire = wire;
    this.context = (ContextInternal) context;
  }

  /**
   * The lines that there are, oldest first.
   *
   * @param query a tail of {@link Integer#MAX_VALUE} = all of them; the engine counts each 16 KiB
   *     of a long line
   * @param patience how long the engine may take
   * @return fails with {@link TimeoutException}, with {@link RefusedException} when there is no
   *     such container, with {@link IOException} when the engine is away
   */
  Future<List<ContainerLine>> read(String container, LogQuery query, Duration patience) {
    Promise<List<ContainerLine>> answer = context.promise();
    List<ContainerLine> lines = new ArrayList<>();
    LogReading reading = new LogReading(container, query, lines::add);
    EngineStream stream =
        new EngineStream(
            threadOf(container),
            wire,
            opener -> {
              try {
                reading.once(opener);
                answer.tryComplete(List.copyOf(lines));
              } catch (IOException | InterruptedException | RuntimeException e) {
                answer.tryFail(EngineFailure.of(READ + container, e));
              }
              return false;
            },
            ended -> {
              open.remove(ended);
              answer.tryFail(
                  new IOException("the reader of the log of " + container + " is closed"));
            });
    try {
      start(stream);
    } catch (IllegalStateException e) {
      return context.failedFuture(e);
    }
    long timer =
        context
            .owner()
            .setTimer(
                Math.max(1, patience.toMillis()),
                fired -> {
                  answer.tryFail(late(container, patience));
                  stream.close();
                });
    return answer.future().onComplete(done -> context.owner().cancelTimer(timer));
  }

  /**
   * Hands over lines, and goes on until closed or nothing more can come.
   *
   * @param query a tail of 0 = only what is written from now on
   * @param lines called with one line or more, in order; while it is slow, so is reading
   * @param ended called once, after the last line, when the container has ended or is gone
   * @throws IllegalStateException when {@link #MOST_AT_ONCE} streams are open, or after close
   */
  ReplicaHost.Closeable follow(
      String container, LogQuery query, Consumer<List<ContainerLine>> lines, Runnable ended) {
    Deliveries<ContainerLine> deliveries = new Deliveries<>(context, MOST_WAITING, lines);
    LogReading reading = new LogReading(container, query, deliveries::put);
    EngineStream stream =
        new EngineStream(
            threadOf(container),
            wire,
            opener -> {
              boolean more = reading.follow(opener);
              if (!more) {
                deliveries.end(ended);
              }
              return more;
            },
            open::remove);
    start(stream);
    return () -> {
      deliveries.close();
      stream.close();
    };
  }

  /** The engine was away or hung: opens all streams anew. */
  void suspect() {
    open.forEach(EngineStream::reopen);
  }

  /** Ends all readers and followers; futures of readers fail. */
  @Override
  public void close() {
    closed = true;
    open.forEach(EngineStream::close);
  }

  private void start(EngineStream stream) {
    if (closed) {
      throw new IllegalStateException("the engine's logs are closed");
    }
    if (open.size() >= MOST_AT_ONCE) {
      throw new IllegalStateException(
          "%d logs are being read already, no more at once; close some, or follow fewer replicas"
              .formatted(open.size()));
    }
    open.add(stream);
    stream.start();
    if (closed) {
      stream.close();
    }
  }

  private static String threadOf(String container) {
    return "logs-" + EngineStream.abridged(container);
  }

  private static EngineFailure late(String container, Duration patience) {
    return new EngineFailure.Away(
        "cannot %s%s: not written within %d ms".formatted(READ, container, patience.toMillis()),
        new TimeoutException());
  }
}
