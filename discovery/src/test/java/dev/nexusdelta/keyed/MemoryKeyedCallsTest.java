package dev.nexusdelta.keyed;

import java.util.concurrent.atomic.AtomicLong;

class MemoryKeyedCallsTest implements KeyedCallsTck {
  private final AtomicLong clock = new AtomicLong(1_000_000);
  private final MemoryClaimStore store = new MemoryClaimStore(ROOM);
  private final KeyedCalls calls = opened("gw/1");

  private KeyedCalls opened(String owner) {
    return new ClaimedCalls(
        new MemoryTable(), store, owner, () -> java.time.Instant.ofEpochMilli(clock.get()));
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
