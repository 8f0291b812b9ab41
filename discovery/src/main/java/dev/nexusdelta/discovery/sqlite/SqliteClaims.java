package dev.nexusdelta.discovery.sqlite;

import dev.nexusdelta.keyed.Claim;
import dev.nexusdelta.keyed.ClaimStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Claims in one SQLite file of their own, on one worker thread of their own.
 *
 * <p>Whatever is asked for while the disk is busy goes into the next transaction together: a
 * thousand claims at once wait for a few fsyncs, not for a thousand. All of a transaction holds or
 * none of it. The file stays locked against every other process while this is open.
 */
public final class SqliteClaims implements ClaimStore {
  private static final AtomicInteger COUNT = new AtomicInteger();

  /** Longest transaction. */
  private static final int TOGETHER = 512;

  private final WorkerExecutor worker;
  private final SqliteFile file;
  private final Connection connection;
  private final ClaimRows rows;
  private final Queue<Asked<?>> asked = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private @Nullable Future<Void> closing;
  private boolean closed;

  private SqliteClaims(
      WorkerExecutor worker, SqliteFile file, Connection connection, ClaimRows rows) {
    this.worker = worker;
    this.file = file;
    this.connection = connection;
    this.rows = rows;
  }

  /**
   * How much is remembered.
   *
   * @param claims at most; further keys are refused
   * @param answerBytes of all answers' bodies; beyond them the oldest bodies are given up, while
   *     their claims stay
   */
  public record Room(long claims, long answerBytes) {
    /** Some 500 MB of disk at the most. */
    public static final Room USUAL = new Room(2_000_000, 256L << 20);
  }

  /**
   * Opens the file, or creates it. What was in progress when it was last open is lost: nobody can
   * tell its outcome any more.
   *
   * @return fails with {@link UnusableStoreException} if it is damaged, of a newer version, in use
   *     by another process, or not writable
   */
  public static Future<SqliteClaims> open(Vertx vertx, Path path, Room room) {
    WorkerExecutor worker =
        vertx.createSharedWorkerExecutor("nexus-claims-" + COUNT.incrementAndGet(), 1);
    SqliteFile file = new SqliteFile(path, ClaimRows.SCHEMA);
    return worker
        .executeBlocking(
            () -> {
              Connection connection = file.open();
              try {
                connection.setAutoCommit(false);
                ClaimRows rows = new ClaimRows(connection, room);
                rows.loseThoseInProgress();
                connection.commit();
                return new SqliteClaims(worker, file, connection, rows);
              } catch (SQLException e) {
                connection.close();
                throw file.explained(e);
              }
            })
        .onFailure(failure -> worker.close());
  }

  @Override
  public Future<@Nullable Claim> putIfAbsent(Claim claim, long nowMillis) {
    return ask(() -> rows.putIfAbsent(claim, nowMillis));
  }

  @Override
  public Future<Void> put(Claim claim) {
    return ask(
        () -> {
          rows.put(claim);
          return null;
        });
  }

  @Override
  public Future<Void> remove(Claim claim) {
    return ask(
        () -> {
          rows.remove(claim);
          return null;
        });
  }

  @Override
  public Future<Integer> sweep(long nowMillis) {
    return ask(() -> rows.sweep(nowMillis));
  }

  @Override
  public synchronized Future<Void> close() {
    Future<Void> running = closing;
    if (running == null) {
      running = lastWork().eventually(worker::close).onComplete(done -> failRest());
      closing = running;
    }
    return running;
  }

  private Future<Void> lastWork() {
    try {
      return worker.executeBlocking(
          () -> {
            work();
            closed = true;
            connection.close();
            return null;
          });
    } catch (RejectedExecutionException e) {
      return Future.failedFuture(e);
    }
  }

  /** The pool is closed: it drops what it has not begun. */
  private void failRest() {
    failAll(take(Integer.MAX_VALUE), closedAlready());
  }

  /** Some rows read or written, as part of a transaction. */
  private interface Work<T> {
    @Nullable T run() throws SQLException;
  }

  private static final class Asked<T> {
    private final Work<T> work;
    private final Promise<@Nullable T> promise = Promise.promise();
    private @Nullable T result;

    Asked(Work<T> work) {
      this.work = work;
    }

    void run() throws SQLException {
      result = work.run();
    }

    void succeed() {
      promise.complete(result);
    }
  }

  private <T> Future<@Nullable T> ask(Work<T> work) {
    Asked<T> next = new Asked<>(work);
    synchronized (this) {
      if (closing != null) {
        return Future.failedFuture(closedAlready());
      }
      asked.add(next);
    }
    schedule();
    return next.promise.future();
  }

  private void schedule() {
    if (scheduled.compareAndSet(false, true)) {
      try {
        worker.executeBlocking(
            () -> {
              scheduled.set(false);
              work();
              return null;
            });
      } catch (RejectedExecutionException e) {
        scheduled.set(false);
        failRest();
      }
    }
  }

  private void work() {
    List<Asked<?>> batch = take(TOGETHER);
    while (!batch.isEmpty()) {
      if (closed) {
        failAll(batch, closedAlready());
      } else {
        transaction(batch);
      }
      batch = take(TOGETHER);
    }
  }

  private List<Asked<?>> take(int most) {
    List<Asked<?>> batch = new ArrayList<>();
    for (Asked<?> next = asked.poll(); next != null; next = asked.poll()) {
      batch.add(next);
      if (batch.size() == most) {
        break;
      }
    }
    return batch;
  }

  private void transaction(List<Asked<?>> batch) {
    try {
      for (Asked<?> each : batch) {
        each.run();
      }
      connection.commit();
    } catch (SQLException e) {
      failAll(batch, file.explained(undone(e)));
      return;
    } catch (RuntimeException e) {
      failAll(batch, undone(e));
      return;
    }
    batch.forEach(Asked::succeed);
  }

  private <E extends Exception> E undone(E cause) {
    try {
      connection.rollback();
      rows.count();
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
    return cause;
  }

  private static void failAll(List<Asked<?>> batch, Throwable cause) {
    batch.forEach(each -> each.promise.fail(cause));
  }

  private static IllegalStateException closedAlready() {
    return new IllegalStateException("the store of keyed calls is closed");
  }
}
