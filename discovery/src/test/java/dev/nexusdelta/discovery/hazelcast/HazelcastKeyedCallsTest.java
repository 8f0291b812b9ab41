package dev.nexusdelta.discovery.hazelcast;

import static dev.nexusdelta.discovery.Specs.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.discovery.sqlite.SqliteClaims;
import dev.nexusdelta.keyed.Claim;
import dev.nexusdelta.keyed.ClaimState;
import dev.nexusdelta.keyed.ClaimStore;
import dev.nexusdelta.keyed.ClaimTexts;
import dev.nexusdelta.keyed.ClaimedCalls;
import dev.nexusdelta.keyed.KeyedCalls;
import dev.nexusdelta.keyed.KeyedCallsTck;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real pair: Hazelcast decides, SQLite remembers. One cluster for all tests. */
@Timeout(120)
class HazelcastKeyedCallsTest implements KeyedCallsTck {
  private static final AtomicInteger RUNS = new AtomicInteger();
  private static final Vertx VERTX = Vertx.vertx();
  private static HazelcastMember member;
  private static HazelcastMember second;

  @TempDir Path folder;
  private final AtomicLong clock = new AtomicLong(1_000_000);
  private final List<ClaimStore> stores = new ArrayList<>();
  private ClaimStore store;
  private KeyedCalls calls;

  @BeforeAll
  static void join() {
    member = member("gw");
  }

  private static HazelcastMember member(String gateway, String... others) {
    return HazelcastMember.create(
            VERTX,
            new ClusterSettings(gateway, "keyed", "127.0.0.1", 0, false, List.of(others), Map.of()))
        .join();
  }

  @AfterAll
  static void leave() {
    if (second != null) {
      await(second.close());
    }
    await(member.close());
    await(VERTX.close());
  }

  @BeforeEach
  void open() {
    calls = opened(member, "gw");
  }

  @AfterEach
  void clear() {
    await(
        member.run(
            hazelcast -> {
              hazelcast.getMap(HazelcastConfig.CLAIMS).clear();
              return null;
            }));
    stores.forEach(each -> await(each.close().otherwiseEmpty()));
  }

  private KeyedCalls opened(HazelcastMember at, String gateway) {
    Path file = folder.resolve(gateway + ".db");
    store = await(SqliteClaims.open(VERTX, file, new SqliteClaims.Room(ROOM, 1 << 20)));
    stores.add(store);
    return new ClaimedCalls(
        new HazelcastClaims(at),
        store,
        gateway + "/" + RUNS.incrementAndGet(),
        () -> Instant.ofEpochMilli(clock.get()));
  }

  @Override
  public KeyedCalls calls() {
    return calls;
  }

  @Override
  public ClaimStore store() {
    return store;
  }

  @Override
  public KeyedCalls reopened() {
    await(store.close());
    clear();
    return opened(member, "gw");
  }

  @Override
  public AtomicLong clock() {
    return clock;
  }

  @Test
  void whatFailedHalfWayIsDoneByDoingItAgain() {
    HazelcastClaims table = new HazelcastClaims(member);
    Claim claim = Claim.begun(KeyedCallsTck.key("half"), PRINT, "gw/7/1", "req", 1);
    // Entered by a put that was said to have failed.
    put(claim, claim);
    assertThat(await(table.putIfAbsent(claim))).isNull();
    Claim other = Claim.begun(KeyedCallsTck.key("half"), PRINT, "gw/7/2", "req", 1);
    assertThat(await(table.putIfAbsent(other))).isEqualTo(claim);
    // Ended, but it was not seen to that it leaves.
    Claim end = claim.ended(ANSWERED);
    put(claim, end);
    await(table.end(claim, end));
    assertThat(await(table.putIfAbsent(other))).isNull();
    await(table.end(claim, null));
    assertThat(await(table.putIfAbsent(claim))).isEqualTo(other);
  }

  private static void put(Claim key, Claim value) {
    await(
        member.run(
            hazelcast -> {
              hazelcast
                  .<String, String>getMap(HazelcastConfig.CLAIMS)
                  .set(key.key().text(), ClaimTexts.text(value));
              return null;
            }));
  }

  @Test
  void holdsOverSeveralGateways() {
    second = member("other", await(member.address()));
    await(second.joined());
    Claim half = Claim.begun(KeyedCallsTck.key("half"), PRINT, "gw/7/1", "req", 1);
    put(half, half.ended(ANSWERED));
    await(new HazelcastClaims(member).end(half, half.ended(ANSWERED)));
    long left =
        await(
            member.run(
                hazelcast ->
                    hazelcast
                        .<String, String>getMap(HazelcastConfig.CLAIMS)
                        .getEntryView(half.key().text())
                        .getTtl()));
    assertThat(left).isEqualTo(30_000);
    KeyedCalls others = opened(second, "other");
    KeyedCalls.Standing mine = await(calls.claim(KeyedCallsTck.key("a"), PRINT, "r1"));
    KeyedCalls.Standing busy = await(others.claim(KeyedCallsTck.key("a"), PRINT, "r2"));
    assertThat(busy).isInstanceOf(KeyedCalls.Busy.class);
    await(calls.end(((KeyedCalls.Mine) mine).claim(), ANSWERED));
    await(((KeyedCalls.Busy) busy).over());
    assertThat(await(others.claim(KeyedCallsTck.key("a"), PRINT, "r2")))
        .isInstanceOfSatisfying(
            KeyedCalls.Over.class, over -> assertThat(over.claim().state()).isEqualTo(ANSWERED));

    assertThat(await(others.claim(KeyedCallsTck.key("b"), PRINT, "r3")))
        .isInstanceOf(KeyedCalls.Mine.class);
    KeyedCalls.Standing waits = await(calls.claim(KeyedCallsTck.key("b"), PRINT, "r4"));
    await(second.close());
    await(((KeyedCalls.Busy) waits).over());
    assertThat(await(calls.claim(KeyedCallsTck.key("b"), PRINT, "r4")))
        .isInstanceOfSatisfying(
            KeyedCalls.Over.class,
            over -> assertThat(over.claim().state()).isInstanceOf(ClaimState.Unknown.class));
  }
}
