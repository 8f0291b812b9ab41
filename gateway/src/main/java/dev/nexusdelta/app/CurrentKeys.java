package dev.nexusdelta.app;

import dev.nexusdelta.keys.ApiKey;
import dev.nexusdelta.keys.KeyRing;
import dev.nexusdelta.keys.KeyStore;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** The keys of whichever term: as it was last known between two of them. Thread-safe. */
final class CurrentKeys implements KeyStore {
  private final List<Runnable> watchers = new CopyOnWriteArrayList<>();
  private volatile KeyStore present;

  CurrentKeys(KeyStore first) {
    present = first;
    first.watch(this::tell);
  }

  /** From now on that term's. */
  void is(KeyStore next) {
    present = next;
    next.watch(this::tell);
    tell();
  }

  private void tell() {
    watchers.forEach(Runnable::run);
  }

  @Override
  public KeyRing ring() {
    return present.ring();
  }

  @Override
  public Future<Void> add(ApiKey key) {
    return present.add(key);
  }

  @Override
  public Future<Boolean> remove(String id) {
    return present.remove(id);
  }

  @Override
  public Map<String, Instant> lastUses() {
    return present.lastUses();
  }

  @Override
  public Future<Void> used(Map<String, Instant> uses) {
    return present.used(uses);
  }

  @Override
  public void watch(Runnable changed) {
    watchers.add(changed);
  }
}
