package dev.nexusdelta.keyed;

import java.time.Instant;
import java.util.Collections;
import java.util.concurrent.atomic.AtomicLong;

/** Every operation of the table fails once after it was done: callers notice nothing. */
class UnsureKeyedCallsTest implements KeyedCallsTck {
  private final AtomicLong clock = new AtomicLong(1_000_000);
  private final MemoryClaimStore store = new MemoryClaimStore(ROOM);
  private final KeyedCalls calls = opened("gw/1");

  private KeyedCalls opened(String owner) {
    UnsureTable table = new UnsureTable();
    Collections.addAll(table.fates, alternating());
    return new ClaimedCalls(
        new InsistentTable(table, Runnable::run),
        store,
        owner,
        () -> Instant.ofEpochMilli(clock.get()));
  }

  private static UnsureTable.Fate[] alternating() {
    UnsureTable.Fate[] fates = new UnsureTable.Fate[4 * ROOM];
    for (int i = 0; i < fates.length; i++) {
      fates[i] = i % 2 == 0 ? UnsureTable.Fate.DONE_AND_FAILED : UnsureTable.Fate.WELL;
    }
    return fates;
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
    store.lose();
    return opened("gw/2");
  }

  @Override
  public AtomicLong clock() {
    return clock;
  }
}
