package dev.nexusdelta.cli;

import dev.nexusdelta.app.LiveLedgers;
import dev.nexusdelta.consensus.Settings;
import dev.nexusdelta.consensus.Settings.Writer;
import dev.nexusdelta.discovery.sqlite.SqliteAcceptor;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.Map;

/** Data folders of two gateways that were one cluster, and do not run. */
final class SharedFolders {
  private SharedFolders() {}

  /**
   * Makes both.
   *
   * @param writer whether the first one may write alone
   */
  static void make(Path first, Path second, boolean writer) throws Exception {
    try (LiveLedgers ledgers = new LiveLedgers()) {
      ledgers.open(first, new Settings(2, true, writer ? Writer.THIS : Writer.NONE));
      ledgers.open(second, new Settings(2, true, writer ? Writer.OTHER : Writer.NONE));
      ledgers.whole();
    }
  }

  /** Everything that is stored in one. */
  static Map<String, String> rows(Path data) throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      SqliteAcceptor file =
          LiveLedgers.get(SqliteAcceptor.open(vertx, data.resolve("registry.db")));
      Map<String, String> rows = LiveLedgers.get(file.load());
      LiveLedgers.get(file.close());
      return rows;
    } finally {
      LiveLedgers.get(vertx.close());
    }
  }
}
