package dev.nexusdelta.discovery.sqlite;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.Documents;
import dev.nexusdelta.discovery.RegistryStore;
import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.discovery.StaleRevisionException;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.sync.SyncStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Specs and releases in one SQLite file: JSON documents with their keys in columns.
 *
 * <p>Write-ahead log with {@code synchronous=FULL}: a future that succeeds means fsynced (about 0.4
 * ms). All work happens on one worker thread of its own, so the connection needs no lock; the file
 * stays locked against every other process while the store is open.
 */
public final class SqliteStore implements RegistryStore {
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
                      + " STRICT, WITHOUT ROWID")));

  /** Each store has a worker of its own, also when two are open in one process. */
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final WorkerExecutor worker;
  private final Path path;
  private final SqliteFile file;
  private final Connection connection;
  private boolean closed;

  private SqliteStore(WorkerExecutor worker, Path path, SqliteFile file, Connection connection) {
    this.worker = worker;
    this.path = path;
    this.file = file;
    this.connection = connection;
  }

  /**
   * Opens the file, or creates it with its folder.
   *
   * @return fails with {@link UnusableStoreException} if it is damaged, of a newer version, in use
   *     by another process, or not writable
   */
  public static Future<SqliteStore> open(Vertx vertx, Path path) {
    SqliteFile file = new SqliteFile(path, SCHEMA);
    WorkerExecutor worker =
        vertx.createSharedWorkerExecutor("nexus-registry-" + COUNT.incrementAndGet(), 1);
    return worker
        .executeBlocking(() -> new SqliteStore(worker, path, file, file.open()))
        .onFailure(failure -> worker.close());
  }

  /** What the sync keeps in the same file; open as long as this is. */
  public SyncStore sync() {
    return new SqliteSync(this);
  }

  @Override
  public Future<List<AgentSpec>> specs() {
    return run(
        () -> {
          List<AgentSpec> specs = new ArrayList<>();
          for (String document : documents("SELECT document FROM agent ORDER BY key")) {
            specs.add(Documents.spec(new JsonObject(document)));
          }
          return List.copyOf(specs);
        });
  }

  @Override
  public Future<Void> put(AgentSpec next, long expectedRevision) {
    return run(
        () -> {
          transaction(
              () -> {
                long found = revision(next.name());
                if (found != expectedRevision) {
                  throw new StaleRevisionException(next.name(), expectedRevision, found);
                }
                update(
                    "INSERT OR REPLACE INTO agent(key, revision, deleted, document) VALUES(?,?,?,?)",
                    next.name().key(),
                    next.revision(),
                    next.deleted() ? 1 : 0,
                    Documents.of(next).encode());
              });
          return null;
        });
  }

  @Override
  public Future<List<Release>> releases(AgentName agent) {
    return run(
        () -> {
          List<Release> releases = new ArrayList<>();
          String newestFirst = "SELECT document FROM release WHERE agent = ? ORDER BY seq DESC";
          for (String document : documents(newestFirst, agent.key())) {
            releases.add(Documents.release(new JsonObject(document)));
          }
          return List.copyOf(releases);
        });
  }

  /**
   * {@inheritDoc}
   *
   * <p>The order is the order of writing, not of clocks, which may step. A release that is written
   * again with the same time of creation keeps its place; with another one it becomes the newest.
   */
  @Override
  public Future<Void> put(Release release, int keep) {
    return run(
        () -> {
          String key = release.agent().key();
          String document = Documents.of(release).encode();
          String created = release.created().toString();
          transaction(
              () -> {
                int same =
                    update(
                        "UPDATE release SET document = ? WHERE agent = ? AND id = ? AND created = ?",
                        document,
                        key,
                        release.id(),
                        created);
                if (same == 0) {
                  update("DELETE FROM release WHERE agent = ? AND id = ?", key, release.id());
                  update(
                      "INSERT INTO release(agent, id, created, document) VALUES(?,?,?,?)",
                      key,
                      release.id(),
                      created,
                      document);
                }
                update(
                    "DELETE FROM release WHERE agent = ?1 AND seq NOT IN (SELECT seq FROM release"
                        + " WHERE agent = ?1 ORDER BY seq DESC LIMIT ?2)",
                    key,
                    keep);
              });
          return null;
        });
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

  <T> Future<T> run(Callable<T> work) {
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
    } catch (IllegalArgumentException e) {
      throw file.damaged(e);
    }
  }

  private IllegalStateException closedAlready() {
    return new IllegalStateException("the registry's store " + path + " is closed");
  }

  void transaction(Writes writes) throws SQLException {
    connection.setAutoCommit(false);
    try {
      writes.run();
      connection.commit();
    } catch (SQLException | RuntimeException e) {
      connection.rollback();
      throw e;
    } finally {
      connection.setAutoCommit(true);
    }
  }

  private long revision(AgentName agent) throws SQLException {
    try (PreparedStatement query =
        prepare("SELECT revision FROM agent WHERE key = ?", agent.key())) {
      try (ResultSet rows = query.executeQuery()) {
        return rows.next() ? rows.getLong(1) : 0;
      }
    }
  }

  List<String> documents(String sql, Object... arguments) throws SQLException {
    try (PreparedStatement query = prepare(sql, arguments);
        ResultSet rows = query.executeQuery()) {
      List<String> documents = new ArrayList<>();
      while (rows.next()) {
        documents.add(rows.getString(1));
      }
      return documents;
    }
  }

  int update(String sql, Object... arguments) throws SQLException {
    try (PreparedStatement statement = prepare(sql, arguments)) {
      return statement.executeUpdate();
    }
  }

  private PreparedStatement prepare(String sql, Object... arguments) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < arguments.length; i++) {
      statement.setObject(i + 1, arguments[i]);
    }
    return statement;
  }

  /** Some writes that hold together. */
  interface Writes {
    void run() throws SQLException;
  }
}
