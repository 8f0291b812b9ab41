package dev.nexusdelta.discovery.replicated;

import static dev.nexusdelta.discovery.Specs.await;
import static dev.nexusdelta.discovery.Specs.release;
import static dev.nexusdelta.discovery.Specs.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexusdelta.consensus.Ledger;
import dev.nexusdelta.consensus.MemoryAcceptor;
import dev.nexusdelta.consensus.MemoryCluster;
import dev.nexusdelta.consensus.Settings;
import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.NotWrittenException;
import dev.nexusdelta.discovery.RegistryStore;
import dev.nexusdelta.discovery.RegistryStoreTck;
import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.discovery.StaleRevisionException;
import dev.nexusdelta.discovery.StoredRegistry;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.sync.SyncStore;
import dev.nexusdelta.sync.SyncStoreTck;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Three gateways, used through one that does not lead. */
@Tag("long")
@Timeout(60)
class ClusterStoreTest implements RegistryStoreTck, SyncStoreTck {
  private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochSecond(7));

  private final Vertx vertx = Vertx.vertx();
  private final MemoryCluster cluster = new MemoryCluster(vertx);
  private final List<MemoryAcceptor> disks = new ArrayList<>();
  private final List<Ledger> ledgers = new ArrayList<>();
  private final List<LedgerStore> stores = new ArrayList<>();

  @BeforeEach
  void open() {
    for (int i = 0; i < 3; i++) {
      disks.add(new MemoryAcceptor());
      ledgers.add(cluster.open(disks.get(i), new Settings(3, true, Settings.Writer.NONE)));
    }
    cluster.sight();
    cluster.led();
    ledgers.forEach(ledger -> stores.add(LedgerStore.over(vertx, ledger, TakeOver.UNTOLD)));
  }

  @AfterEach
  void close() {
    await(vertx.close());
  }

  private int leader() {
    for (int i = 0; i < 3; i++) {
      if (ledgers.get(i).state().leads()) {
        return i;
      }
    }
    throw new AssertionError("nobody leads");
  }

  private int follower() {
    return (leader() + 1) % 3;
  }

  @Override
  public RegistryStore store() {
    return stores.get(follower());
  }

  @Override
  public SyncStore syncStore() {
    return stores.get(follower()).sync();
  }

  @Override
  public Vertx vertx() {
    return vertx;
  }

  @Test
  void everyGatewayHasWhatOneWrote() {
    await(store().put(spec("A", 1), 0));
    await(store().put(release("A", "r1"), 5));
    for (LedgerStore each : stores) {
      cluster.until(() -> await(each.releases(new AgentName("a"))).size() == 1);
      assertThat(await(each.specs())).containsExactly(spec("A", 1));
    }
  }

  @Test
  void registriesTakeUpEachOthersChangesAndTellOnce() {
    List<StoredRegistry> registries = new ArrayList<>();
    List<List<Long>> told = new ArrayList<>();
    for (LedgerStore each : stores) {
      StoredRegistry registry = await(StoredRegistry.open(each, CLOCK));
      List<Long> heard = new CopyOnWriteArrayList<>();
      registry.watch(spec -> heard.add(spec.revision()));
      registries.add(registry);
      told.add(heard);
    }
    AgentName name = new AgentName("A");
    List<Long> expected = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      int turn = i % 3;
      long before = i;
      cluster.until(
          () -> registries.get(turn).agent(name).map(AgentSpec::revision).orElse(0L) == before);
      AgentSpec next = spec("A", 0);
      boolean enabled = i % 2 == 0;
      await(
          registries
              .get(turn)
              .edit(name, OptionalLong.empty(), "me", found -> Enabled.of(next, enabled)));
      expected.add(before + 1);
    }
    for (List<Long> heard : told) {
      cluster.until(() -> heard.size() >= 12);
      assertThat(heard).isEqualTo(expected);
    }
  }

  @Test
  void oneThatWasCutOffIsToldOfTheConflictAndCatchesUp() {
    int cut = follower();
    await(stores.get(leader()).put(spec("A", 1), 0));
    cluster.until(() -> !await(stores.get(cut).specs()).isEmpty());
    cluster.away(ledgers.get(cut), true);
    await(stores.get(leader()).put(spec("A", 2), 1));
    // It does not know that it is cut off.
    assertThatThrownBy(() -> await(stores.get(cut).put(spec("A", 2), 1)))
        .isInstanceOfAny(
            dev.nexusdelta.discovery.OutcomeUnknownException.class, NotWrittenException.class);
    cluster.away(ledgers.get(cut), false);
    cluster.until(() -> await(stores.get(cut).specs()).contains(spec("A", 2)));
    assertThatThrownBy(() -> await(stores.get(cut).put(spec("A", 2), 1)))
        .isInstanceOf(StaleRevisionException.class)
        .hasMessageContaining("revision 2, not 1");
  }

  @Test
  void withoutAMajorityNothingIsWrittenAndItSaysSo() {
    await(store().put(spec("A", 1), 0));
    int one = leader();
    for (int i = 0; i < 3; i++) {
      if (i != one) {
        cluster.close(ledgers.get(i));
      }
    }
    cluster.until(() -> !ledgers.get(one).state().leads());
    assertThatThrownBy(() -> await(stores.get(one).put(spec("A", 2), 1)))
        .isInstanceOf(NotWrittenException.class)
        .hasMessageContaining("1 of the 3 gateways are there, 2 are needed");
    assertThat(await(stores.get(one).specs())).containsExactly(spec("A", 1));
  }

  @Test
  void anotherLeadsWhenTheLeaderIsGone() {
    await(store().put(spec("A", 1), 0));
    cluster.close(ledgers.get(leader()));
    Ledger[] led = new Ledger[1];
    cluster.until(
        () -> {
          for (Ledger ledger : ledgers) {
            if (ledger.state().leads()
                && ledger.state().members().stream()
                        .filter(dev.nexusdelta.consensus.LedgerState.Seen::present)
                        .count()
                    == 2) {
              led[0] = ledger;
            }
          }
          return led[0] != null;
        });
    LedgerStore now = stores.get(ledgers.indexOf(led[0]));
    await(now.put(spec("A", 2), 1));
    assertThat(await(now.specs())).containsExactly(spec("A", 2));
  }

  @Test
  void aDiskThatFailsIsSaidAndTheGatewayGoesOnFromWhatItHas() {
    int full = leader();
    await(stores.get(full).put(spec("A", 1), 0));
    disks.get(full).full(true);
    assertThatThrownBy(() -> await(stores.get(full).put(spec("A", 2), 1)))
        .hasMessageContaining("no space left");
    disks.get(full).full(false);
    cluster.led();
    cluster.until(() -> !await(stores.get(full).specs()).isEmpty());
    // It looks at its disk again by itself; until then it says that it cannot write.
    cluster.until(
        () -> {
          AgentSpec there = await(stores.get(full).specs()).get(0);
          return await(
              stores
                  .get(full)
                  .put(spec("A", there.revision() + 1), there.revision())
                  .map(true)
                  .otherwise(false));
        });
  }

  @Test
  void whatOneHadAloneIsTakenInUnlessTheClusterHasIt() {
    MemoryAcceptor disk = new MemoryAcceptor();
    Ledger alone = cluster.open(disk, Settings.ALONE);
    LedgerStore before = LedgerStore.over(vertx, alone, TakeOver.UNTOLD);
    await(before.put(spec("own", 1), 0));
    await(before.put(release("own", "r1"), 5));
    for (int revision = 1; revision <= 9; revision++) {
      await(before.put(spec("both", revision), revision - 1));
    }
    await(before.close());
    cluster.close(alone);
    await(store().put(Enabled.of(spec("both", 1), false), 0));

    List<String> told = new CopyOnWriteArrayList<>();
    Ledger joined = cluster.open(disk, new Settings(3, true, Settings.Writer.NONE));
    LedgerStore after =
        LedgerStore.over(
            vertx,
            joined,
            new TakeOver() {
              @Override
              public void takenIn(AgentSpec spec) {
                told.add("in " + spec.name());
              }

              @Override
              public void gaveWay(AgentSpec here, AgentSpec there) {
                told.add("out " + here.revision() + " for " + there.revision());
              }

              @Override
              public void keys(List<String> names, boolean takenIn) {
                told.add("keys " + names);
              }
            });
    cluster.sight();
    cluster.until(() -> told.size() == 2);
    assertThat(told).containsExactlyInAnyOrder("in own", "out 9 for 10");
    cluster.until(() -> joined.leftOvers().isEmpty());
    for (RegistryStore each : List.of(store(), after)) {
      cluster.until(() -> await(each.specs()).size() == 2);
      assertThat(await(each.specs()))
          .containsExactlyInAnyOrder(spec("own", 1), Enabled.of(spec("both", 10), false));
      assertThat(await(each.releases(new AgentName("own"))))
          .extracting(Release::id)
          .containsExactly("r1");
    }
    assertThat(ledgers.get(0).state().members()).hasSize(4);
  }

  /** A spec that is enabled or not. */
  private static final class Enabled {
    private Enabled() {}

    static AgentSpec of(AgentSpec spec, boolean enabled) {
      return new AgentSpec(
          spec.name(),
          spec.manifest(),
          enabled,
          spec.pinned(),
          spec.generation(),
          spec.revision(),
          spec.codeHash(),
          spec.appliedHash(),
          spec.deleted(),
          spec.updated(),
          spec.by());
    }
  }
}
