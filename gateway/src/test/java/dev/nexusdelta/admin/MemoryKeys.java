package dev.nexusdelta.admin;

import dev.nexusdelta.keys.ApiKey;
import dev.nexusdelta.keys.KeyRing;
import dev.nexusdelta.keys.KeyStore;
import dev.nexusdelta.keys.KeyToken;
import dev.nexusdelta.keys.KeyWish;
import dev.nexusdelta.keys.Scopes;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keys that end with the test. */
final class MemoryKeys implements KeyStore {
  final Map<String, ApiKey> all = new LinkedHashMap<>();
  final Map<String, Instant> uses = new LinkedHashMap<>();
  private final Random random = new Random(3);
  private final List<Runnable> watchers = new CopyOnWriteArrayList<>();
  private volatile KeyRing ring = KeyRing.EMPTY;

  /** Makes one and tells its token. */
  String make(String name, Optional<Instant> expires, String... scopes) {
    KeyToken token = KeyToken.fresh(random);
    KeyWish wish = new KeyWish(name, Scopes.of(List.of(scopes)), expires, Optional.empty());
    add(wish.as(token, FakeFleet.NOW, "test"));
    return token.reveal();
  }

  String make(String name, String... scopes) {
    return make(name, Optional.empty(), scopes);
  }

  @Override
  public KeyRing ring() {
    return ring;
  }

  @Override
  public synchronized Future<Void> add(ApiKey key) {
    if (all.values().stream().anyMatch(other -> other.name().equals(key.name()))) {
      return Future.failedFuture(new NameTakenException(key.name()));
    }
    all.put(key.id(), key);
    set(new KeyRing(all.values()));
    return Future.succeededFuture();
  }

  @Override
  public synchronized Future<Boolean> remove(String id) {
    boolean was = all.remove(id) != null;
    set(new KeyRing(all.values()));
    return Future.succeededFuture(was);
  }

  @Override
  public Map<String, Instant> lastUses() {
    return uses;
  }

  @Override
  public Future<Void> used(Map<String, Instant> later) {
    uses.putAll(later);
    return Future.succeededFuture();
  }

  @Override
  public void watch(Runnable changed) {
    watchers.add(changed);
  }

  private void set(KeyRing next) {
    ring = next;
    watchers.forEach(Runnable::run);
  }
}
