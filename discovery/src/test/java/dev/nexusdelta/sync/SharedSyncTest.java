package dev.nexusdelta.sync;

import static dev.nexusdelta.discovery.Specs.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.MemoryStore;
import dev.nexusdelta.discovery.Specs;
import dev.nexusdelta.discovery.StoredRegistry;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class SharedSyncTest {
  private static final AgentName MATH = new AgentName("Math");

  private final Vertx vertx = Vertx.vertx();
  private final MemoryRemote remote = new MemoryRemote();
  private final MemorySyncStore store = new MemorySyncStore();
  private final List<Member> members = new ArrayList<>();
  private volatile String notice = "";
  private volatile int begun;
  private StoredRegistry registry;

  /** One gateway. */
  private final class Member implements SharedSync.Notices {
    volatile boolean leads;
    final SharedSync sync;

    Member(boolean leads) {
      this.leads = leads;
      sync =
          SharedSync.open(
              vertx,
              new SharedSync.Parts(
                  registry, store, () -> this.leads, this::begin, this, System::nanoTime));
      members.add(this);
    }

    private Future<RegistrySync> begin() {
      begun++;
      return RegistrySync.open(
          vertx,
          new RegistrySync.Parts(
              registry,
              store,
              remote,
              new Reconciliation(Trust.CARD, url -> Optional.empty()),
              new Silent(),
              agent -> List.of(),
              System::nanoTime,
              Pace.USUAL,
              new Pause(new Random(1))));
    }

    SyncState state() {
      return sync.status().orElseThrow().state();
    }

    @Override
    public Future<Void> tell(String text) {
      notice = text;
      return Future.succeededFuture();
    }

    @Override
    public Future<String> told() {
      return Future.succeededFuture(notice);
    }

    @Override
    public Future<Boolean> confirm() {
      return members.stream()
          .filter(it -> it.leads)
          .findFirst()
          .orElseThrow()
          .sync
          .confirmForOthers();
    }
  }

  private static final class Silent implements SyncEvents {
    @Override
    public void superseded(AgentSpec lost, AgentSpec by) {}

    @Override
    public void ignored(AgentName agent, String what) {}

    @Override
    public void refused(AgentName agent, String reason) {}

    @Override
    public void trouble(String reason) {}

    @Override
    public void vanished(int documents, int of) {}
  }

  @BeforeEach
  void openRegistry() {
    registry = await(StoredRegistry.open(new MemoryStore(), InstantSource.system()));
  }

  @AfterEach
  void close() {
    members.forEach(member -> await(member.sync.close()));
    await(vertx.close());
  }

  private void edit(String description) {
    await(
        registry.edit(
            MATH,
            OptionalLong.empty(),
            "test",
            found ->
                ReconciliationTest.described(found.orElse(Specs.spec("Math", 0)), description)));
  }

  private boolean isOutside(String description) {
    return remote
        .content("math")
        .filter(json -> description.equals(json.getJsonObject("card").getString("purpose")))
        .isPresent();
  }

  private static void until(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - end).as(what).isNegative();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
    }
  }

  @Test
  void onlyTheOneThatLeadsWritesAndTheOthersKnow() {
    Member a = new Member(true);
    Member b = new Member(false);
    edit("first");
    until("outside", () -> isOutside("first"));
    until("a says so", () -> a.state() == SyncState.SYNCED);
    until("b says so", () -> b.state() == SyncState.SYNCED);
    assertThat(b.sync.of(MATH)).isEqualTo(SyncState.SYNCED);
    assertThat(begun).isEqualTo(1);

    remote.fail(RemoteFailure.Kind.AWAY);
    edit("in the outage");
    assertThat(b.sync.of(MATH)).isEqualTo(SyncState.PENDING);
    until("b knows of the outage", () -> b.state() == SyncState.DEGRADED);
    assertThat(b.sync.status().orElseThrow().pending()).isEqualTo(1);
    remote.fail(null);
    until("b knows of its end", () -> b.state() == SyncState.SYNCED);
    assertThat(isOutside("in the outage")).isTrue();
  }

  @Test
  void whoLeadsNextGoesOnWithWhatWaits() {
    Member a = new Member(true);
    Member b = new Member(false);
    edit("first");
    until("outside", () -> isOutside("first"));
    remote.fail(RemoteFailure.Kind.AWAY);
    edit("waits");
    a.leads = false;
    b.leads = true;
    until("b has begun", () -> begun == 2);
    remote.fail(null);
    until("outside", () -> isOutside("waits"));
    until("a says so", () -> a.state() == SyncState.SYNCED);
    assertThat(await(a.sync.confirmVanished())).isFalse();
  }

  @Test
  void aRefusedDocumentIsKnownEverywhere() {
    Member a = new Member(true);
    Member b = new Member(false);
    remote.refuses = "math";
    edit("too large");
    until("a refuses", () -> a.sync.of(MATH) == SyncState.REFUSED);
    until("b knows", () -> b.sync.of(MATH) == SyncState.REFUSED);
    assertThat(b.sync.refused()).containsOnlyKeys(MATH);
  }

  @Test
  void aNoticeOfAnotherVersionSaysWhatItSays() {
    assertThat(SyncNotice.read("{\"trouble\":\"x\",\"new\":1}"))
        .isEqualTo(new SyncNotice(false, "x", false, Map.of()));
    assertThat(SyncNotice.read("?")).isEqualTo(SyncNotice.NOTHING);
    assertThat(SyncNotice.read("")).isEqualTo(SyncNotice.NOTHING);
    SyncNotice whole = new SyncNotice(true, "t", true, Map.of(MATH, "r"));
    assertThat(SyncNotice.read(whole.text())).isEqualTo(whole);
  }
}
