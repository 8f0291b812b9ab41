package dev.nexusdelta.discovery.sqlite;

import static dev.nexusdelta.discovery.Specs.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.keyed.Claim;
import dev.nexusdelta.keyed.ClaimState;
import dev.nexusdelta.keyed.ClaimStore;
import dev.nexusdelta.keyed.ClaimedCalls;
import dev.nexusdelta.keyed.KeyedCalls;
import dev.nexusdelta.keyed.KeyedCallsTck;
import dev.nexusdelta.keyed.MemoryTable;
import dev.nexusdelta.keyed.StoredAnswer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SqliteKeyedCallsTest implements KeyedCallsTck {
  private static final SqliteClaims.Room SMALL = new SqliteClaims.Room(ROOM, 20_000);

  @TempDir Path folder;
  private final AtomicLong clock = new AtomicLong(1_000_000);
  private final Vertx vertx = Vertx.vertx();
  private SqliteClaims store;
  private KeyedCalls calls;

  @BeforeEach
  void open() {
    calls = opened("gw/1");
  }

  @AfterEach
  void close() {
    await(vertx.close());
  }

  private KeyedCalls opened(String owner) {
    store = await(SqliteClaims.open(vertx, folder.resolve("keyed.db"), SMALL));
    return new ClaimedCalls(
        new MemoryTable(), store, owner, () -> Instant.ofEpochMilli(clock.get()));
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
    return opened("gw/2");
  }

  @Override
  public AtomicLong clock() {
    return clock;
  }

  @Test
  void givesUpTheOldestAnswersBeyondItsRoom() {
    ClaimState answered =
        new ClaimState.Answered(new StoredAnswer(200, List.of(), Buffer.buffer(new byte[6_000])));
    for (int i = 0; i < 6; i++) {
      clock.incrementAndGet();
      KeyedCalls.Standing mine = await(calls.claim(KeyedCallsTck.key("k" + i), PRINT, "r"));
      await(calls.end(((KeyedCalls.Mine) mine).claim(), answered));
    }
    List<ClaimState> states = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      KeyedCalls.Standing over = await(calls.claim(KeyedCallsTck.key("k" + i), PRINT, "r"));
      states.add(((KeyedCalls.Over) over).claim().state());
    }
    ClaimState gone = new ClaimState.NotKept(200);
    assertThat(states).containsExactly(gone, gone, gone, answered, answered, answered);
  }

  @Test
  void manyWritesShareOneWaitForTheDisk() {
    long alone = System.nanoTime();
    for (int i = 0; i < 20; i++) {
      await(store.put(claim("a" + i)));
    }
    long each = (System.nanoTime() - alone) / 20;
    long together = System.nanoTime();
    List<Future<Void>> all = new ArrayList<>();
    for (int i = 0; i < 380; i++) {
      all.add(store.put(claim("b" + i)));
    }
    await(Future.all(all));
    assertThat(System.nanoTime() - together).isLessThan(380 * each);
  }

  @Test
  void answersWhateverIsAskedWhileItCloses() throws Exception {
    List<Future<Void>> all = new ArrayList<>();
    Thread asking =
        new Thread(
            () -> {
              for (int i = 0; i < 2_000; i++) {
                all.add(store.put(claim("c" + i)));
              }
            });
    asking.start();
    await(store.put(claim("first")));
    await(store.close());
    asking.join();
    // Nothing is left to wait for once it is closed and everything was asked.
    assertThat(all).hasSize(2_000).allMatch(Future::isComplete);
    assertThat(store.put(claim("late")).failed()).isTrue();
    assertThat(store.close().succeeded()).isTrue();
  }

  private static Claim claim(String key) {
    return Claim.begun(KeyedCallsTck.key(key), PRINT, "gw/1/" + key, "r", 1);
  }
}
