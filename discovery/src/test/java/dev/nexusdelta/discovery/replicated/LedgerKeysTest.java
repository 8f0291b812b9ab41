package dev.nexusdelta.discovery.replicated;

import static dev.nexusdelta.discovery.Specs.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexusdelta.consensus.Edit;
import dev.nexusdelta.consensus.Ledger;
import dev.nexusdelta.consensus.MemoryAcceptor;
import dev.nexusdelta.consensus.MemoryCluster;
import dev.nexusdelta.consensus.Settings;
import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.NotWrittenException;
import dev.nexusdelta.keys.ApiKey;
import dev.nexusdelta.keys.CallRate;
import dev.nexusdelta.keys.KeyRing;
import dev.nexusdelta.keys.KeyStore;
import dev.nexusdelta.keys.KeyStore.NameTakenException;
import dev.nexusdelta.keys.KeyToken;
import dev.nexusdelta.keys.Scopes;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three gateways, and one that was alone before. */
@Timeout(60)
class LedgerKeysTest {
  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
  private static final Settings OF_THREE = new Settings(3, true, Settings.Writer.NONE);

  @TempDir Path folder;
  private final Random random = new Random(1);
  private final Vertx vertx = Vertx.vertx();
  private final MemoryCluster cluster = new MemoryCluster(vertx);
  private final List<Ledger> ledgers = new ArrayList<>();
  private final List<LedgerStore> stores = new ArrayList<>();
  private final List<String> told = new CopyOnWriteArrayList<>();

  @BeforeEach
  void open() {
    for (int i = 0; i < 3; i++) {
      ledgers.add(cluster.open(new MemoryAcceptor(), OF_THREE));
    }
    cluster.sight();
    cluster.led();
    ledgers.forEach(ledger -> stores.add(LedgerStore.over(vertx, ledger, TakeOver.UNTOLD)));
  }

  @AfterEach
  void close() {
    await(vertx.close());
  }

  private KeyStore keys(int gateway) {
    return stores.get(gateway).keys();
  }

  private ApiKey key(String name) {
    return key(name, KeyToken.fresh(random));
  }

  private static ApiKey key(String name, KeyToken token) {
    return new ApiKey(
        token.id(),
        name,
        token.hash(),
        Scopes.of(List.of("read", "invoke:Echo/say")),
        NOW,
        "test",
        Optional.of(NOW.plusSeconds(9)),
        Optional.of(CallRate.of("50/s")));
  }

  private void untilAllKnow(ApiKey... expected) {
    for (int i = 0; i < 3; i++) {
      int one = i;
      cluster.until(() -> keys(one).ring().all().size() == expected.length);
      assertThat(keys(one).ring().all()).containsExactlyInAnyOrder(expected);
    }
  }

  @Test
  void allKnowAKeyAndItsEnd() {
    KeyToken token = KeyToken.fresh(random);
    ApiKey key = key("ci", token);
    AtomicInteger changes = new AtomicInteger();
    keys(2).watch(changes::incrementAndGet);
    assertThat(keys(0).ring().isEmpty()).isTrue();
    await(keys(0).add(key));
    assertThat(keys(0).ring().check(token.reveal(), NOW).valid()).contains(key);
    untilAllKnow(key);
    cluster.until(() -> changes.get() == 1);
    assertThat(await(keys(1).remove(key.id()))).isTrue();
    assertThat(keys(1).ring().check(token.reveal(), NOW).key()).isEmpty();
    untilAllKnow();
    cluster.until(() -> changes.get() == 2);
    assertThat(await(keys(1).remove(key.id()))).isFalse();
  }

  @Test
  void oneOfMany() {
    for (int i = 0; i < 3; i++) {
      await(keys(i).add(key("key-" + i)));
    }
    cluster.until(() -> keys(0).ring().all().size() == 3);
    ApiKey gone = keys(0).ring().all().get(1);
    await(keys(0).remove(gone.id()));
    assertThat(keys(0).ring().all()).hasSize(2).doesNotContain(gone);
  }

  @Test
  void ofTwoThatWantOneNameAtOnceOneGetsIt() {
    for (int round = 0; round < 10; round++) {
      String name = "name-" + round;
      List<Future<Void>> both = List.of(keys(0).add(key(name)), keys(1).add(key(name)));
      int refused = 0;
      for (Future<Void> each : both) {
        try {
          await(each);
        } catch (RuntimeException e) {
          assertThat(e).isInstanceOf(NameTakenException.class);
          refused++;
        }
      }
      assertThat(refused).isEqualTo(1);
      int expected = round + 1;
      cluster.until(() -> keys(2).ring().all().size() == expected);
    }
  }

  @Test
  void aNameIsFreeAgainAndIsNotRefusedByOneThatIsBehind() {
    ApiKey first = key("ci");
    await(keys(0).add(first));
    untilAllKnow(first);
    ApiKey next = key("ci");
    assertThatThrownBy(() -> await(keys(1).add(next)))
        .hasMessageContaining("a key named 'ci' exists");
    assertThat(keys(1).ring().all()).containsExactly(first);
    await(keys(2).remove(first.id()));
    await(keys(1).add(next));
    untilAllKnow(next);
  }

  @Test
  void putsDownLaterUsesOnly() {
    ApiKey a = key("a");
    ApiKey b = key("b");
    await(keys(0).add(a));
    await(keys(0).add(b));
    untilAllKnow(a, b);
    assertThat(keys(0).lastUses()).isEmpty();
    await(keys(0).used(Map.of(a.id(), NOW, "ffffffffffff", NOW)));
    cluster.until(() -> keys(1).lastUses().equals(Map.of(a.id(), NOW)));
    KeyRing ring = keys(1).ring();
    Instant later = NOW.plusSeconds(60);
    await(keys(1).used(Map.of(a.id(), NOW.minusSeconds(1), b.id(), later)));
    cluster.until(() -> keys(2).lastUses().equals(Map.of(a.id(), NOW, b.id(), later)));
    assertThat(keys(1).ring()).as("uses change no key").isSameAs(ring);
    await(keys(2).remove(a.id()));
    await(keys(2).used(Map.of(a.id(), later)));
    assertThat(keys(2).lastUses()).containsOnlyKeys(b.id());
  }

  @Test
  void usesFromAllSidesKeepTheLatest() {
    ApiKey a = key("a");
    await(keys(0).add(a));
    untilAllKnow(a);
    List<Future<Void>> all = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      all.add(keys(i).used(Map.of(a.id(), NOW.plusSeconds(i))));
    }
    all.forEach(each -> await(each));
    for (int i = 0; i < 3; i++) {
      int one = i;
      cluster.until(() -> NOW.plusSeconds(2).equals(keys(one).lastUses().get(a.id())));
    }
  }

  @Tag("long")
  @Test
  void withoutAMajorityNothingChangesAndKeysHold() {
    ApiKey key = key("ci");
    await(keys(0).add(key));
    untilAllKnow(key);
    cluster.close(ledgers.get(1));
    cluster.close(ledgers.get(2));
    cluster.until(() -> ledgers.get(0).state().leader().isEmpty());
    assertThatThrownBy(() -> await(keys(0).add(key("next"))))
        .isInstanceOf(NotWrittenException.class);
    assertThatThrownBy(() -> await(keys(0).remove(key.id())))
        .isInstanceOf(NotWrittenException.class);
    assertThat(keys(0).ring().all()).containsExactly(key);
  }

  @Test
  void aKeyThatCannotBeReadIsNobodysAndIsStillAKey() {
    await(ledgers.get(0).write(List.of(Edit.add("key/0123456789ab", "{\"id\":"))));
    cluster.until(() -> !keys(1).ring().isEmpty());
    ApiKey damaged = keys(1).ring().all().get(0);
    assertThat(damaged.isExpired(NOW)).isTrue();
    assertThat(keys(1).ring().check("nxd_0123456789ab_" + "a".repeat(43), NOW).key()).isEmpty();
    assertThat(await(keys(1).remove("0123456789ab"))).isTrue();
    assertThat(keys(1).ring().isEmpty()).isTrue();
  }

  @Test
  void outlivesTheGatewayThatIsAlone() {
    ApiKey key = key("ci");
    OpenStore first = OpenStore.open(vertx, folder.resolve("one.db"));
    await(first.store().keys().add(key));
    await(first.store().keys().used(Map.of(key.id(), NOW)));
    first.close();
    OpenStore second = OpenStore.open(vertx, folder.resolve("one.db"));
    assertThat(second.store().keys().ring().all()).containsExactly(key);
    assertThat(second.store().keys().lastUses()).isEqualTo(Map.of(key.id(), NOW));
    second.close();
  }

  private final class Told implements TakeOver {
    @Override
    public void takenIn(AgentSpec spec) {
      told.add("agent " + spec.name());
    }

    @Override
    public void gaveWay(AgentSpec here, AgentSpec there) {
      told.add("agent " + here.name());
    }

    @Override
    public void keys(List<String> names, boolean takenIn) {
      told.add((takenIn ? "in " : "out ") + names);
    }
  }

  /** What a gateway has on disk that was alone and had that key. */
  private MemoryAcceptor alone(ApiKey key) {
    MemoryAcceptor disk = new MemoryAcceptor();
    Ledger ledger = cluster.open(disk, Settings.ALONE);
    LedgerStore before = LedgerStore.over(vertx, ledger, TakeOver.UNTOLD);
    await(before.keys().add(key));
    await(before.keys().used(Map.of(key.id(), NOW)));
    await(before.close());
    cluster.close(ledger);
    return disk;
  }

  @Test
  void whereTheClusterHasKeysTheyCountAlone() {
    ApiKey theirs = key("theirs");
    await(keys(0).add(theirs));
    Ledger joined = cluster.open(alone(key("own")), OF_THREE);
    LedgerStore after = LedgerStore.over(vertx, joined, new Told());
    cluster.sight();
    cluster.until(() -> told.size() == 1);
    assertThat(told).containsExactly("out [own]");
    cluster.until(() -> joined.leftOvers().isEmpty());
    assertThat(after.keys().ring().all()).containsExactly(theirs);
    untilAllKnow(theirs);
  }

  @Test
  void whereTheClusterHasNoneTheyAreTakenInAndHoldAllTheTime() {
    ApiKey own = key("own");
    Ledger joined = cluster.open(alone(own), OF_THREE);
    LedgerStore after = LedgerStore.over(vertx, joined, new Told());
    AtomicBoolean open = new AtomicBoolean();
    after.keys().watch(() -> open.compareAndSet(false, after.keys().ring().isEmpty()));
    cluster.sight();
    cluster.until(
        () -> {
          open.compareAndSet(false, after.keys().ring().isEmpty());
          return told.size() == 1;
        });
    assertThat(told).containsExactly("in [own]");
    cluster.until(() -> joined.leftOvers().isEmpty());
    untilAllKnow(own);
    assertThat(after.keys().ring().all()).containsExactly(own);
    assertThat(after.keys().lastUses()).isEqualTo(Map.of(own.id(), NOW));
    assertThat(open).as("whether callers were let in without a key").isFalse();
  }
}
