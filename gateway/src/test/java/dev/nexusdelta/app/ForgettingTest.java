package dev.nexusdelta.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexusdelta.admin.GatewayPresentException;
import dev.nexusdelta.consensus.Ledger;
import dev.nexusdelta.consensus.LedgerState;
import dev.nexusdelta.consensus.Settings;
import dev.nexusdelta.discovery.NotWrittenException;
import dev.nexusdelta.discovery.replicated.LedgerDrains;
import dev.nexusdelta.discovery.replicated.LedgerStore;
import dev.nexusdelta.discovery.replicated.TakeOver;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three gateways, of which one is gone for good. */
@Tag("long")
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ForgettingTest {
  @TempDir Path folder;
  private final LiveLedgers ledgers = new LiveLedgers();

  @AfterEach
  void close() throws Exception {
    ledgers.close();
  }

  private LedgerDrains open(String... names) throws Exception {
    for (int i = 0; i < names.length; i++) {
      ledgers.open(folder.resolve("" + i), new Settings(3, true, Settings.Writer.NONE));
    }
    ledgers.whole();
    for (int i = 0; i < names.length; i++) {
      Ledger told = ledgers.all.get(i);
      new GatewayNames(told, names[i]).tell();
      LiveLedgers.until(
          () ->
              ledgers.all.stream()
                  .allMatch(each -> each.entries().containsKey("gateway/" + told.memberId())));
    }
    return LedgerStore.over(ledgers.vertx, ledgers.all.get(0), TakeOver.UNTOLD).drains();
  }

  private Forgetting forgetting(LedgerDrains drains) {
    Ledger here = ledgers.all.get(0);
    return new Forgetting(ledgers.vertx, here, drains, new GatewayNames(here, "gw-0"));
  }

  /** Refused as long as the leader has heard of it a moment ago. */
  private void forget(LedgerDrains drains, String gateway) {
    LiveLedgers.until(
        () -> {
          Future<Boolean> done =
              forgetting(drains)
                  .forget(gateway)
                  .map(true)
                  .recover(
                      e ->
                          e instanceof NotWrittenException
                              ? Future.succeededFuture(false)
                              : Future.failedFuture(e));
          try {
            return LiveLedgers.get(done);
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        });
  }

  @Test
  void oneThatIsThereIsNamedAndStays() throws Exception {
    LedgerDrains drains = open("gw-0", "gw-1", "gw-2");
    for (String there : List.of("gw-0", "gw-1")) {
      assertThatThrownBy(() -> LiveLedgers.get(forgetting(drains).forget(there)))
          .hasCauseInstanceOf(GatewayPresentException.class)
          .hasMessageContaining("gateway '" + there + "' is there");
    }
    assertThat(ledgers.all).allSatisfy(each -> assertThat(belongs(each.memberId())).isTrue());
  }

  @Test
  void oneThatIsJustLeavingIsWaitedFor() throws Exception {
    LedgerDrains drains = open("gw-0", "gw-1", "gw-2");
    Ledger leaving = ledgers.all.get(2);
    Future<Void> forgotten = forgetting(drains).forget("gw-2");
    assertThat(forgotten.isComplete()).isFalse();
    ledgers.end(leaving);
    LiveLedgers.get(forgotten);
    assertThat(belongs(leaving.memberId())).isFalse();
  }

  @Test
  void troubleNamesGatewaysWhereTheyAreKnown() throws Exception {
    open("gw-0", "gw-1", "gw-2");
    String id = ledgers.all.get(1).memberId();
    GatewayNames names = new GatewayNames(ledgers.all.get(0), "gw-0");
    assertThat(names.in("member " + id + " was forgotten, and member 0123456789abcdef too"))
        .isEqualTo("gateway 'gw-1' was forgotten, and member 0123456789abcdef too");
  }

  @Test
  void withoutAMajorityItSaysWhatIsLeftToDo() throws Exception {
    LedgerDrains drains = open("gw-0", "gw-1", "gw-2");
    ledgers.end(ledgers.all.get(2));
    ledgers.end(ledgers.all.get(1));
    LiveLedgers.until(() -> ledgers.all.get(0).state().leader().isEmpty());
    assertThatThrownBy(() -> LiveLedgers.get(forgetting(drains).forget("gw-2")))
        .hasCauseInstanceOf(NotWrittenException.class)
        .hasMessageContaining("1 of the 3 gateways are there, 2 are needed to write")
        .hasMessageContaining("Too many are gone for good");
  }

  private boolean belongs(String id) {
    return ledgers.all.get(0).state().members().stream()
        .anyMatch(it -> it.belongs() && it.id().equals(id));
  }

  @Test
  void whoIsForgottenIsDrainedNoMore() throws Exception {
    LedgerDrains drains = open("gw-0", "gw-1", "gw-2");
    LiveLedgers.get(drains.drain("gw-1", true));
    LiveLedgers.get(drains.drain("gw-2", true));
    Ledger gone = ledgers.all.get(2);
    ledgers.end(gone);
    forget(drains, "gw-2");
    assertThat(drains.draining()).containsExactly("gw-1");
    assertThat(belongs(gone.memberId())).isFalse();
    assertThat(forgetting(drains).forget("gw-2").cause())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no gateway is called gw-2");
  }

  @Test
  void anotherOfThatNameStaysAndIsStillDrained() throws Exception {
    LedgerDrains drains = open("gw-0", "gw-1", "gw-1");
    LiveLedgers.get(drains.drain("gw-1", true));
    Ledger gone = ledgers.all.get(2);
    ledgers.end(gone);
    forget(drains, "gw-1");
    assertThat(drains.draining()).containsExactly("gw-1");
    assertThat(belongs(gone.memberId())).isFalse();
    assertThat(ledgers.all.get(0).state().members())
        .extracting(LedgerState.Seen::id)
        .containsExactlyInAnyOrderElementsOf(ledgers.all.stream().map(Ledger::memberId).toList());
  }
}
