package dev.nexusdelta.discovery.replicated;

import static dev.nexusdelta.discovery.Specs.await;
import static dev.nexusdelta.discovery.Specs.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexusdelta.consensus.Ledger;
import dev.nexusdelta.consensus.MemoryCluster;
import dev.nexusdelta.consensus.Outcome;
import dev.nexusdelta.consensus.Settings;
import dev.nexusdelta.discovery.NotWrittenException;
import dev.nexusdelta.discovery.sqlite.SqliteAcceptor;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three gateways with a file each. */
@Tag("long")
@Timeout(60)
class LedgerDrainsTest {
  @TempDir Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final List<SqliteAcceptor> files = new ArrayList<>();
  private final List<Ledger> ledgers = new ArrayList<>();
  private final List<LedgerStore> stores = new ArrayList<>();
  private MemoryCluster cluster = new MemoryCluster(vertx);

  @BeforeEach
  void open() {
    for (int i = 0; i < 3; i++) {
      SqliteAcceptor file = await(SqliteAcceptor.open(vertx, folder.resolve(i + ".db")));
      files.add(file);
      Ledger ledger = cluster.open(file, new Settings(3, true, Settings.Writer.NONE));
      ledgers.add(ledger);
      stores.add(LedgerStore.over(vertx, ledger, TakeOver.UNTOLD));
    }
    cluster.sight();
    cluster.led();
  }

  private void end() {
    stores.forEach(store -> await(store.close()));
    ledgers.forEach(ledger -> await(ledger.close()));
    files.forEach(file -> await(file.close()));
    stores.clear();
    ledgers.clear();
    files.clear();
  }

  @AfterEach
  void close() {
    end();
    await(vertx.close());
  }

  private LedgerDrains drains(int gateway) {
    return stores.get(gateway).drains();
  }

  private void untilAllKnow(String... draining) {
    for (int i = 0; i < ledgers.size(); i++) {
      int one = i;
      cluster.until(() -> drains(one).draining().equals(Set.of(draining)));
    }
  }

  @Test
  void allKnowAWishAndAreToldOfIt() {
    AtomicInteger told = new AtomicInteger();
    drains(2).watch(told::incrementAndGet);
    await(stores.get(1).put(spec("A", 1), 0));
    await(drains(0).drain("b", true));
    assertThat(drains(0).draining()).containsExactly("b");
    untilAllKnow("b");
    cluster.until(() -> told.get() == 1);
    await(drains(1).drain("c", true));
    await(drains(2).drain("b", false));
    await(drains(2).drain("b", false));
    untilAllKnow("c");
    assertThat(await(stores.get(0).specs())).containsExactly(spec("A", 1));
  }

  @Test
  void aWishOutlivesTheEndOfAll() {
    await(drains(0).drain("b", true));
    await(drains(1).drain("c", true));
    await(drains(1).drain("c", false));
    end();
    cluster = new MemoryCluster(vertx);
    open();
    untilAllKnow("b");
  }

  @Test
  void withoutAMajorityNothingIsWished() {
    await(drains(0).drain("b", true));
    untilAllKnow("b");
    cluster.close(ledgers.get(1));
    cluster.close(ledgers.get(2));
    cluster.until(() -> ledgers.get(0).state().leader().isEmpty());
    for (boolean drain : List.of(true, false)) {
      assertThatThrownBy(() -> await(drains(0).drain("b", drain)))
          .isInstanceOf(NotWrittenException.class)
          .hasMessageContaining("1 of the 3 gateways are there, 2 are needed");
    }
    assertThat(drains(0).draining()).containsExactly("b");
  }

  @Test
  void whoIsForgottenIsDrainedNoMore() {
    await(drains(0).drain("b", true));
    await(drains(0).drain("c", true));
    untilAllKnow("b", "c");
    Ledger gone = ledgers.get(2);
    cluster.close(gone);
    Outcome[] last = new Outcome[1];
    cluster.until(
        () -> {
          last[0] = await(ledgers.get(0).forget(gone.memberId(), drains(0).without("c")));
          return !(last[0] instanceof Outcome.NotWritten);
        });
    assertThat(last[0]).isInstanceOf(Outcome.Committed.class);
    assertThat(drains(0).draining()).containsExactly("b");
    assertThat(ledgers.get(0).state().members()).hasSize(2);
  }

  @Test
  void oneThatIsAloneKeepsItToo() {
    Ledger alone =
        new MemoryCluster(vertx)
            .open(new dev.nexusdelta.consensus.MemoryAcceptor(), Settings.ALONE);
    LedgerStore store = LedgerStore.over(vertx, alone, TakeOver.UNTOLD);
    await(store.drains().drain("a", true));
    assertThat(store.drains().draining()).containsExactly("a");
    await(store.drains().drain("a", false));
    assertThat(store.drains().draining()).isEmpty();
    await(store.close());
    await(alone.close());
  }
}
