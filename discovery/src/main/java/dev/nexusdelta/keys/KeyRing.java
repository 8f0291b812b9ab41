package dev.nexusdelta.keys;

import java.security.MessageDigest;
import java.time.Instant;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All keys as one moment knows them. Immutable, so that every thread may ask without a lock.
 *
 * <p>A token is looked up by its id, which is no secret; its hash is compared in constant time, and
 * one of an unknown id costs the same, with a hash that nothing has.
 */
public final class KeyRing {
  /** Where no key was made yet. */
  public static final KeyRing EMPTY = new KeyRing(List.of());

  private static final byte[] NOBODY = new byte[32];

  private final Map<String, Held> held = new LinkedHashMap<>();

  private record Held(ApiKey key, byte[] hash) {}

  /** Holds these; of two with the same id the later. */
  public KeyRing(Collection<ApiKey> keys) {
    keys.forEach(key -> held.put(key.id(), new Held(key, HexFormat.of().parseHex(key.hash()))));
  }

  /** Whether no key exists, be it expired: until then callers on loopback need none. */
  public boolean isEmpty() {
    return held.isEmpty();
  }

  /** Each of them, expired ones included. */
  public List<ApiKey> all() {
    return held.values().stream().map(Held::key).toList();
  }

  /** What a caller shows. */
  public Verdict check(String token, Instant now) {
    Held found = held.get(KeyToken.idOf(token));
    boolean same =
        MessageDigest.isEqual(found == null ? NOBODY : found.hash(), KeyToken.digest(token));
    if (found == null || !same) {
      return UNKNOWN;
    }
    return new Verdict(Optional.of(found.key()), found.key().isExpired(now));
  }

  private static final Verdict UNKNOWN = new Verdict(Optional.empty(), false);

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
