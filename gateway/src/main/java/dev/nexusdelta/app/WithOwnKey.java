package dev.nexusdelta.app;

import dev.nexusdelta.keys.ApiKey;
import dev.nexusdelta.keys.KeyRing;
import dev.nexusdelta.keys.KeyStore;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The keys of the cluster, and one of this gateway alone, which is not stored: it is there from the
 * start on, with or without a majority, and as long as its file is. Thread-safe.
 */
final class WithOwnKey implements KeyStore {
  private final KeyStore shared;
  private final ApiKey own;
  private final List<Runnable> watchers = new CopyOnWriteArrayList<>();
  private volatile KeyRing ring = KeyRing.EMPTY;

  WithOwnKey(KeyStore shared, ApiKey own) {
    this.shared = shared;
    this.own = own;
    shared.watch(this::changed);
    look();
  }

  private void changed() {
    look();
    watchers.forEach(Runnable::run);
  }

  private synchronized void look() {
    List<ApiKey> all = new ArrayList<>(shared.ring().all());
    all.add(own);
    ring = new KeyRing(all);
  }

  @Override
  public KeyRing ring() {
    return ring;
  }

  @Override
  public Future<Void> add(ApiKey key) {
    return key.name().equals(own.name())
        ? Future.failedFuture(new NameTakenException(key.name()))
        : shared.add(key);
  }

  @Override
  public Future<Boolean> remove(String id) {
    return id.equals(own.id())
        ? Future.failedFuture(
            new FixedException(
                "key '"
                    + own.name()
                    + "' is what the file says that "
                    + SettingKey.ADMIN_KEY_FILE.key()
                    + " names: take it out there, and start the gateway again"))
        : shared.remove(id);
  }

  @Override
  public Map<String, Instant> lastUses() {
    return shared.lastUses();
  }

  @Override
  public Future<Void> used(Map<String, Instant> uses) {
    return shared.used(uses);
  }

  @Override
  public void watch(Runnable changed) {
    watchers.add(changed);
  }
}
