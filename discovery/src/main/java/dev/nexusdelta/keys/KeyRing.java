package dev.nexusdelta.keys;

import java.security.MessageDigest;
import java.time.Instant;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All keys as one moment knows them. Immutable, so that every thread may ask without a lock.
 *
 * <p>A token is looked up by its hash, and not by its id: to one that is wrong it makes no
 * difference whether its id exists, nor how much of its secret is right.
 */
public final class KeyRing {
  /** Where no key was made yet. */
  public static final KeyRing EMPTY = new KeyRing(List.of());

  private static final Verdict UNKNOWN = new Verdict(Optional.empty(), false);

  private final Map<Hash, ApiKey> held = new LinkedHashMap<>();

  /** Of a token; compared in constant time. */
  private record Hash(byte[] bytes) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Hash hash && MessageDigest.isEqual(bytes, hash.bytes);
    }

    /** All bits of it are as good as random. */
    @Override
    public int hashCode() {
      return bytes[0] << 24 | (bytes[1] & 0xff) << 16 | (bytes[2] & 0xff) << 8 | bytes[3] & 0xff;
    }

    @Override
    public String toString() {
      return "Hash[***]";
    }
  }

  /** Holds these; of two with the same id the later. */
  public KeyRing(Collection<ApiKey> keys) {
    Map<String, ApiKey> byId = new LinkedHashMap<>();
    keys.forEach(key -> byId.put(key.id(), key));
    byId.values().forEach(key -> held.put(hash(key), key));
  }

  private static Hash hash(ApiKey key) {
    return new Hash(HexFormat.of().parseHex(key.hash()));
  }

  /** Whether no key exists, be it expired: until then callers on loopback need none. */
  public boolean isEmpty() {
    return held.isEmpty();
  }

  /** Each of them, expired ones included. */
  public List<ApiKey> all() {
    return List.copyOf(held.values());
  }

  /** What a caller shows. */
  public Verdict check(String token, Instant now) {
    ApiKey found = held.get(new Hash(KeyToken.digest(token)));
    return found == null ? UNKNOWN : new Verdict(Optional.of(found), found.isExpired(now));
  }

  /** Whether a key that was shown before is still among them, and may be used. */
  public boolean holds(ApiKey key, Instant now) {
    return held.containsKey(hash(key)) && !key.isExpired(now);
  }

  /**
   * What a token is worth.
   *
   * @param key whose token it is; empty = of none
   * @param expired its time is over
   */
  public record Verdict(Optional<ApiKey> key, boolean expired) {
    /** The key, if it may be used. */
    public Optional<ApiKey> valid() {
      return expired ? Optional.empty() : key;
    }
  }
}
