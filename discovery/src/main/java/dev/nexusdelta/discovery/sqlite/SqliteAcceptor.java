package dev.nexusdelta.discovery.sqlite;

import dev.nexusdelta.consensus.AcceptorStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The registry's ledger in one SQLite file.
 *
 * <p>Write-ahead log with {@code synchronous=FULL}: a future that succeeds means fsynced (about 0.4
 * ms). All work happens on one worker thread of its own, so the connection needs no lock; the file
 * stays locked against every other process while the store is open.
 *
 * <p>A copy of the file must not be put in the place of a newer one while the gateway belongs to a
 * cluster: it would have forgotten what it promised.
 */
public final class SqliteAcceptor implements AcceptorStore {
  private static final SqliteFile.Schema SCHEMA =
      new SqliteFile.Schema(
          "the registry's store",
          "the agents in the agents folder are then registered anew",
          true,
          List.of(
              List.of(
                  "CREATE TABLE agent(key TEXT PRIMARY KEY, revision INTEGER NOT NULL,"
                      + " deleted INTEGER NOT NULL, document TEXT NOT NULL) STRICT, WITHOUT ROWID",
                  "CREATE TABLE release(seq INTEGER PRIMARY KEY AUTOINCREMENT, agent TEXT NOT NULL,"
                      + " id TEXT NOT NULL, created TEXT NOT NULL, document TEXT NOT NULL,"
                      + " UNIQUE(agent, id)) STRICT"),
              List.of(
                  "CREATE TABLE mark(key TEXT PRIMARY KEY, document TEXT NOT NULL)"
                      + " STRICT, WITHOUT ROWID",
                  "CREATE TABLE superseded(agent TEXT NOT NULL, revision INTEGER NOT NULL,"
                      + " document TEXT NOT NULL, PRIMARY KEY(agent, revision))"
                      + " STRICT, WITHOUT ROWID"),
              // What was there becomes the committed table of a cluster that is not founded yet.
              List.of(
                  "CREATE TABLE ledger(key TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT",
                  moved("'agent/' || key", "document", "agent"),
                  moved(
                      "'release/' || agent || '/' || id",
                      "json_object('order', seq, 'release', json(document))",
                      "release"),
                  moved("'mark/' || key", "document", "mark"),
                  moved("'superseded/' || agent || '/' || revision", "document", "superseded"),
                  "DROP TABLE agent",
                  "DROP TABLE release",
                  "DROP TABLE mark",
                  "DROP TABLE superseded")));

  /** Each store has a worker of its own, also when two are open in one process. */
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final WorkerExecutor worker;
  private final Path path;
  private final SqliteFile file;
  private final Connection connection;
  private boolean closed;

  private SqliteAcceptor(WorkerExecutor worker, Path path, SqliteFile file, Connection connection) {
    this.worker = worker;
    this.path = path;
    this.file = file;
    this.connection = connection;
  }

  private static String moved(String key, String text, String table) {
    return "INSERT INTO ledger(key, text) SELECT 'entry/' || "
        + key
        + ", json_object('at', json('[0,\"\",0]'), 'text', "
        + text
        // As a text, not as a part of this JSON.
        + " || '') FROM "
        + table;
  }

  /**
   * Opens the file, or creates it with its folder.
   *
   * @return fails with {@link UnusableStoreException} if it is damaged, of a newer version, in use
   *     by another process, or not writable
   */
  public static Future<SqliteAcceptor> open(Vertx vertx, Path path) {
    SqliteFile file = new SqliteFile(path, SCHEMA);
    WorkerExecutor worker =
        vertx.createSharedWorkerExecutor("nexus-registry-" + COUNT.incrementAndGet(), 1);
    return worker
        .executeBlocking(() -> new SqliteAcceptor(worker, path, file, file.open()))
        .onFailure(failure -> worker.close());
  }

  @Override
  public Future<Map<String, String>> load() {
    return run(
        () -> {
          Map<String, String> rows = new TreeMap<>();
          try (Statement query = connection.createStatement();
              ResultSet found = query.executeQuery("SELECT key, text FROM ledger")) {
            while (found.next()) {
              rows.put(found.getString(1), found.getString(2));
            }
          }
          return rows;
        });
  }

  @Override
  public Future<Void> save(Map<String, Optional<String>> rows) {
    return run(
        () -> {
          connection.setAutoCommit(false);
          try {
            write(rows);
            connection.commit();
          } catch (SQLException | RuntimeException e) {
            connection.rollback();
            throw e;
          } finally {
            connection.setAutoCommit(true);
          }
          return null;
        });
  }

  private void write(Map<String, Optional<String>> rows) throws SQLException {
    try (PreparedStatement put =
            connection.prepareStatement("INSERT OR REPLACE INTO ledger(key, text) VALUES(?,?)");
        PreparedStatement delete =
            connection.prepareStatement("DELETE FROM ledger WHERE key = ?")) {
      for (Map.Entry<String, Optional<String>> row : rows.entrySet()) {
        PreparedStatement statement = row.getValue().isPresent() ? put : delete;
        statement.setString(1, row.getKey());
        if (row.getValue().isPresent()) {
          statement.setString(2, row.getValue().get());
        }
        statement.executeUpdate();
      }
    }
  }

  @Override
  public String where() {
    return path.toString();
  }

  @Override
  public Future<Void> close() {
    return this.<Void>run(
            () -> {
              closed = true;
              connection.close();
              return null;
            })
        .eventually(worker::close);
  }

  private <T> Future<T> run(Callable<T> work) {
    try {
      return worker.executeBlocking(() -> explained(work));
    } catch (RejectedExecutionException e) {
      return Future.failedFuture(closedAlready());
    }
  }

  private <T> T explained(Callable<T> work) throws Exception {
    if (closed) {
      throw closedAlready();
    }
    try {
      return work.call();
    } catch (SQLException e) {
      throw file.explained(e);
    }
  }

  private IllegalStateException closedAlready() {
    return new IllegalStateException("the registry's store " + path + " is closed");
  }
}
