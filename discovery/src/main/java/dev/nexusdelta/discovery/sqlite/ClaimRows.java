package dev.nexusdelta.discovery.sqlite;

import dev.nexusdelta.keyed.CallKey;
import dev.nexusdelta.keyed.Claim;
import dev.nexusdelta.keyed.ClaimState;
import dev.nexusdelta.keyed.ClaimTexts;
import dev.nexusdelta.keyed.Fingerprint;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of claims. All of it runs within a transaction of its owner's, on one thread; counts
 * what there is, so that nothing has to be counted per call.
 */
final class ClaimRows {
  static final SqliteFile.Schema SCHEMA =
      new SqliteFile.Schema(
          "the store of keyed calls",
          "keys of the last 24 hours are then forgotten",
          false,
          List.of(
              List.of(
                  "CREATE TABLE claim(key TEXT PRIMARY KEY, print TEXT NOT NULL,"
                      + " owner TEXT NOT NULL, request TEXT NOT NULL, since INTEGER NOT NULL,"
                      + " ended INTEGER NOT NULL, size INTEGER NOT NULL, state BLOB NOT NULL)"
                      + " STRICT",
                  "CREATE INDEX claim_since ON claim(since)",
                  "CREATE INDEX claim_size ON claim(size)",
                  "CREATE INDEX claim_answer ON claim(since) WHERE size > 0",
                  "CREATE INDEX claim_open ON claim(ended) WHERE ended = 0")));

  /** Rows touched by one sweep. */
  private static final int SWEPT = 500;

  /** Answers given up for one that comes: more than one, so that room is made in the end. */
  private static final int GIVEN_UP = 50;

  private final Connection connection;
  private final SqliteClaims.Room room;
  private long claims;
  private long bytes;

  ClaimRows(Connection connection, SqliteClaims.Room room) throws SQLException {
    this.connection = connection;
    this.room = room;
    count();
  }

  /** Counts anew what there is. */
  void count() throws SQLException {
    try (PreparedStatement query = prepare("SELECT count(*), coalesce(sum(size), 0) FROM claim");
        ResultSet row = query.executeQuery()) {
      row.next();
      claims = row.getLong(1);
      bytes = row.getLong(2);
    }
  }

  void loseThoseInProgress() throws SQLException {
    for (Claim claim : read("SELECT * FROM claim WHERE ended = 0")) {
      put(claim.lost());
    }
  }

  @Nullable Claim putIfAbsent(Claim claim, long nowMillis) throws SQLException {
    for (Claim there : read("SELECT * FROM claim WHERE key = ?", claim.key().text())) {
      if (!there.isExpired(nowMillis)) {
        return there;
      }
      remove(there);
    }
    if (claims >= room.claims()) {
      return null;
    }
    put(claim);
    return claim;
  }

  void put(Claim claim) throws SQLException {
    write(claim);
    if (bytes > room.answerBytes()) {
      giveUpAnswers();
    }
  }

  private void write(Claim claim) throws SQLException {
    long size = ClaimTexts.size(claim.state());
    forget(claim.key());
    update(
        "INSERT INTO claim(key, print, owner, request, since, ended, size, state)"
            + " VALUES(?,?,?,?,?,?,?,?)",
        claim.key().text(),
        claim.print().sha256(),
        claim.owner(),
        claim.requestId(),
        claim.sinceMillis(),
        claim.state().isEnd() ? 1 : 0,
        size,
        ClaimTexts.bytes(claim.state()));
    claims++;
    bytes += size;
  }

  void remove(Claim claim) throws SQLException {
    for (Claim there : read("SELECT * FROM claim WHERE key = ?", claim.key().text())) {
      if (there.owner().equals(claim.owner())) {
        forget(claim.key());
      }
    }
  }

  int sweep(long nowMillis) throws SQLException {
    long before = nowMillis - Claim.KEPT.toMillis();
    List<Claim> old =
        read(
            "SELECT * FROM claim WHERE since <= ? AND ended = 1 ORDER BY since LIMIT ?",
            before,
            SWEPT);
    for (Claim claim : old) {
      forget(claim.key());
    }
    return old.size() == SWEPT ? SWEPT : 0;
  }

  /** What is to be given up, without its body. */
  private record Kept(String key, long size, ClaimState state) {}

  private void giveUpAnswers() throws SQLException {
    for (Kept oldest : oldestAnswers()) {
      if (oldest.state() instanceof ClaimState.Answered answered) {
        update(
            "UPDATE claim SET size = 0, state = ? WHERE key = ?",
            ClaimTexts.bytes(new ClaimState.NotKept(answered.answer().status())),
            oldest.key());
        bytes -= oldest.size();
      }
    }
  }

  private List<Kept> oldestAnswers() throws SQLException {
    List<Kept> found = new ArrayList<>();
    String sql =
        "SELECT key, size, substr(state, 1, instr(state, x'0a')) FROM claim"
            + " WHERE size > 0 ORDER BY since LIMIT ?";
    try (PreparedStatement query = prepare(sql, GIVEN_UP);
        ResultSet row = query.executeQuery()) {
      long freed = 0;
      while (bytes - freed > room.answerBytes() && row.next()) {
        found.add(new Kept(row.getString(1), row.getLong(2), ClaimTexts.state(row.getBytes(3))));
        freed += row.getLong(2);
      }
    }
    return found;
  }

  private void forget(CallKey key) throws SQLException {
    try (PreparedStatement delete = prepare("DELETE FROM claim WHERE key = ? RETURNING size")) {
      delete.setObject(1, key.text());
      try (ResultSet row = delete.executeQuery()) {
        while (row.next()) {
          claims--;
          bytes -= row.getLong(1);
        }
      }
    }
  }

  private List<Claim> read(String sql, Object... arguments) throws SQLException {
    List<Claim> found = new ArrayList<>();
    try (PreparedStatement query = prepare(sql, arguments);
        ResultSet row = query.executeQuery()) {
      while (row.next()) {
        ClaimState state = ClaimTexts.state(row.getBytes("state"));
        found.add(
            new Claim(
                CallKey.of(row.getString("key")),
                new Fingerprint(row.getString("print")),
                row.getString("owner"),
                row.getString("request"),
                row.getLong("since"),
                state));
      }
    }
    return found;
  }

  private void update(String sql, Object... arguments) throws SQLException {
    try (PreparedStatement statement = prepare(sql, arguments)) {
      statement.executeUpdate();
    }
  }

  private PreparedStatement prepare(String sql, Object... arguments) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < arguments.length; i++) {
      statement.setObject(i + 1, arguments[i]);
    }
    return statement;
  }
}
