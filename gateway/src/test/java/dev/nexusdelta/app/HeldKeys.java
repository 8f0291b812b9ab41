package dev.nexusdelta.app;

import dev.nexusdelta.keys.ApiKey;
import dev.nexusdelta.keys.KeyRing;
import dev.nexusdelta.keys.KeyStore;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Keys that end with the test; writes of uses fail, or hang, as the test says. */
final class HeldKeys implements KeyStore {
  final List<ApiKey> all = new ArrayList<>();
  final Map<String, Instant> uses = new LinkedHashMap<>();
  volatile Supplier<Future<Void>> writing = Future::succeededFuture;
  private final List<Runnable> watchers = new ArrayList<>();

  @Override
  public synchronized KeyRing ring() {
    return new KeyRing(all);
  }

  @Override
  public synchronized Future<Void> add(ApiKey key) {
    all.add(key);
    watchers.forEach(Runnable::run);
    return Future.succeededFuture();
  }

  @Override
  public synchronized Future<Boolean> remove(String id) {
    boolean was = all.removeIf(key -> key.id().equals(id));
    watchers.forEach(Runnable::run);
    return Future.succeededFuture(was);
  }

  @Override
  public synchronized Map<String, Instant> lastUses() {
    return Map.copyOf(uses);
  }

  @Override
  public Future<Void> used(Map<String, Instant> later) {
    return writing.get().onSuccess(written -> put(later));
  }

  private synchronized void put(Map<String, Instant> later) {
    uses.putAll(later);
  }

  @Override
  public synchronized void watch(Runnable changed) {
    watchers.add(changed);
  }
}
