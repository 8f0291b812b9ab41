package dev.nexusdelta.discovery.sqlite;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Opens the database file, brings its tables to the present version, and explains its faults. */
final class SqliteFile {
  private static final int BUSY_MILLIS = 1000;

  private final Path file;
  private final Schema schema;

  /**
   * What a file holds.
   *
   * @param what the file is, for people
   * @param after what happens if a damaged one is moved away, for people
   * @param checked whether it is read through at each start: for small files
   * @param migrations each entry takes the tables from its index to the next version; only ever
   *     append
   */
  record Schema(String what, String after, boolean checked, List<List<String>> migrations) {}

  SqliteFile(Path file, Schema schema) {
    this.file = file;
    this.schema = schema;
  }

  Connection open() {
    Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file has a folder");
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UnusableStoreException(
          "cannot create the data folder " + folder + " (" + e + "); choose another one", e);
    }
    // The driver unpacks its native library; beside the database nothing is left elsewhere when the
    // process is killed (the next start clears it away).
    if (System.getProperty("org.sqlite.tmpdir") == null) {
      System.setProperty("org.sqlite.tmpdir", folder.toString());
    }
    try {
      Connection connection = config().createConnection("jdbc:sqlite:" + file);
      try {
        prepare(connection);
        sync(folder);
        return connection;
      } catch (SQLException | RuntimeException | IOException e) {
        connection.close();
        throw e;
      }
    } catch (SQLException e) {
      throw explained(e);
    } catch (IOException e) {
      throw new UnusableStoreException("cannot sync the folder of " + file + " (" + e + ")", e);
    }
  }

  private static SQLiteConfig config() {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.setLockingMode(SQLiteConfig.LockingMode.EXCLUSIVE);
    config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
    config.setBusyTimeout(BUSY_MILLIS);
    return config;
  }

  private void prepare(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      String check = schema.checked() ? text(statement, "PRAGMA quick_check(1)") : "ok";
      if (!check.equals("ok")) {
        throw damaged(new SQLException(check));
      }
      int version = Integer.parseInt(text(statement, "PRAGMA user_version"));
      if (version > schema.migrations().size()) {
        throw new UnusableStoreException(
            schema.what()
                + " "
                + file
                + " has version "
                + version
                + ", this program knows up to "
                + schema.migrations().size()
                + "; use the newer program that wrote it, or another data folder");
      }
      // Begins as a writer: takes the lock for good, even if there is nothing to migrate.
      connection.setAutoCommit(false);
      for (int next = version; next < schema.migrations().size(); next++) {
        for (String sql : schema.migrations().get(next)) {
          statement.execute(sql);
        }
      }
      statement.execute("PRAGMA user_version = " + schema.migrations().size());
      connection.commit();
      connection.setAutoCommit(true);
    }
  }

  private static String text(Statement statement, String sql) throws SQLException {
    try (ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? rows.getString(1) : "";
    }
  }

  /** Makes the file's name itself survive a power cut. */
  private static void sync(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  UnusableStoreException damaged(Throwable cause) {
    return new UnusableStoreException(
        schema.what()
            + " "
            + file
            + " is damaged ("
            + cause.getMessage()
            + "); restore it from a copy, or move it away and start again: "
            + schema.after(),
        cause);
  }

  UnusableStoreException explained(SQLException e) {
    SQLiteErrorCode code =
        e instanceof SQLiteException it ? it.getResultCode() : SQLiteErrorCode.UNKNOWN_ERROR;
    // Extended codes carry the plain one in their low byte.
    int plain = code.code & 0xff;
    if (plain == SQLiteErrorCode.SQLITE_BUSY.code || plain == SQLiteErrorCode.SQLITE_LOCKED.code) {
      return new UnusableStoreException(
          schema.what()
              + " "
              + file
              + " is in use by another process; stop the gateway that runs on this data folder, or"
              + " choose another data folder",
          e);
    }
    if (plain == SQLiteErrorCode.SQLITE_NOTADB.code
        || plain == SQLiteErrorCode.SQLITE_CORRUPT.code) {
      return damaged(e);
    }
    if (plain == SQLiteErrorCode.SQLITE_FULL.code) {
      return new UnusableStoreException(
          "no space left for " + schema.what() + " " + file + "; nothing was changed, free some",
          e);
    }
    return new UnusableStoreException(
        schema.what()
            + " "
            + file
            + " cannot be used ("
            + e.getMessage()
            + "); check that the folder exists and may be written",
        e);
  }
}
