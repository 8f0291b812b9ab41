package dev.nexusdelta.quota;

import dev.nexusdelta.keys.ApiKey;
import dev.nexusdelta.keys.CallRate;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What all keys with a rate may still do at this gateway. Thread-safe. */
public final class Quotas {
  private final Map<String, KeyQuota> used = new ConcurrentHashMap<>();

  /** This gateway's part of keys, where that is not the usual one; of keys not used here too. */
  private final Map<String, Part> parts = new ConcurrentHashMap<>();

  private final LongSupplier nanos;
  private volatile Part usual = new Part(1, 1);

  /**
   * What a gateway has of a key.
   *
   * @param share from 0 to 1
   * @param gateways among which the key is divided
   */
  record Part(double share, int gateways) {}

  /**
   * None used yet.
   *
   * @param nanos monotonic clock, the same as that of uses
   */
  public Quotas(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** That of a key, the same each time; empty if it has no rate. */
  public Optional<KeyQuota> of(ApiKey key) {
    return key.rate().map(rate -> of(key.id(), rate));
  }

  private KeyQuota of(String id, CallRate rate) {
    KeyQuota there = used.get(id);
    if (there != null) {
      return there;
    }
    Part first = part(id);
    KeyQuota made = new KeyQuota(rate, first.share(), first.gateways(), nanos.getAsLong());
    KeyQuota faster = used.putIfAbsent(id, made);
    if (faster != null) {
      return faster;
    }
    // It may have become another one before it could be set here.
    Part now = part(id);
    if (!now.equals(first)) {
      made.share(now.share(), now.gateways(), nanos.getAsLong());
    }
    return made;
  }

  private Part part(String id) {
    return parts.getOrDefault(id, usual);
  }

  /** That of a key that was used here; null if it was not. */
  @Nullable KeyQuota used(String id) {
    return used.get(id);
  }

  /** Ids of keys that were used here. */
  Collection<String> used() {
    return used.keySet();
  }

  /** Every key is divided like that from now on. */
  void divide(Part each, long nowNanos) {
    usual = each;
    parts.clear();
    used.values().forEach(quota -> quota.share(each.share(), each.gateways(), nowNanos));
  }

  /** This gateway has that part of a key from now on. */
  void divide(String id, Part part, long nowNanos) {
    parts.put(id, part);
    KeyQuota quota = used.get(id);
    if (quota != null) {
      quota.share(part.share(), part.gateways(), nowNanos);
    }
  }

  void forget(Collection<String> ids) {
    used.keySet().removeAll(ids);
    parts.keySet().removeAll(ids);
  }
}
