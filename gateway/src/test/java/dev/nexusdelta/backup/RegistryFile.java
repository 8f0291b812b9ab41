package dev.nexusdelta.backup;

import dev.nexusdelta.consensus.Ledger;
import dev.nexusdelta.consensus.Pace;
import dev.nexusdelta.consensus.Settings;
import dev.nexusdelta.consensus.Transport;
import dev.nexusdelta.discovery.replicated.LedgerStore;
import dev.nexusdelta.discovery.replicated.TakeOver;
import dev.nexusdelta.discovery.sqlite.SqliteAcceptor;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.Random;

/** A registry's file of a gateway alone. */
public record RegistryFile(SqliteAcceptor file, Ledger ledger, LedgerStore store) {
  /** Opens or makes it. */
  public static Future<RegistryFile> open(Vertx vertx, Path path) {
    return SqliteAcceptor.open(vertx, path)
        .compose(
            file ->
                Ledger.open(
                        vertx,
                        new Ledger.Parts(
                            file,
                            Transport.none(),
                            Settings.ALONE,
                            Pace.USUAL,
                            System::nanoTime,
                            new Random()))
                    .map(
                        ledger ->
                            new RegistryFile(
                                file, ledger, LedgerStore.over(vertx, ledger, TakeOver.UNTOLD))));
  }

  /** Closes it. */
  public Future<Void> close() {
    return store.close().compose(closed -> ledger.close()).compose(closed -> file.close());
  }
}
