package dev.nexusdelta.discovery.replicated;

import static dev.nexusdelta.discovery.Specs.await;

import dev.nexusdelta.consensus.Ledger;
import dev.nexusdelta.consensus.Pace;
import dev.nexusdelta.consensus.Settings;
import dev.nexusdelta.consensus.Transport;
import dev.nexusdelta.discovery.sqlite.SqliteAcceptor;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.Random;

/** The store of a gateway alone, on a file, for tests. */
public record OpenStore(SqliteAcceptor file, Ledger ledger, LedgerStore store) {
  public static OpenStore open(Vertx vertx, Path path) {
    SqliteAcceptor file = await(SqliteAcceptor.open(vertx, path));
    Ledger.Parts parts =
        new Ledger.Parts(
            file, Transport.none(), Settings.ALONE, Pace.USUAL, System::nanoTime, new Random());
    Ledger ledger = await(Ledger.open(vertx, parts));
    return new OpenStore(file, ledger, LedgerStore.over(vertx, ledger, TakeOver.UNTOLD));
  }

  public void close() {
    await(store.close());
    await(ledger.close());
    await(file.close());
  }
}
