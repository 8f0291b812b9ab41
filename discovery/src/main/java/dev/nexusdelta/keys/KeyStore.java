package dev.nexusdelta.keys;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.Map;

/**
 * The keys of all gateways of a cluster. Thread-safe; what is read is known here, without waiting.
 */
public interface KeyStore {
  /** All keys, as far as is known here. */
  KeyRing ring();

  /**
   * Adds one.
   *
   * @return succeeds once it is on the disks of a majority; fails with {@link NameTakenException},
   *     or as writes of the registry fail
   */
  Future<Void> add(ApiKey key);

  /**
   * Takes one away.
   *
   * @return whether there was one; fails with {@link FixedException} for one that is not stored, or
   *     as writes of the registry fail
   */
  Future<Boolean> remove(String id);

  /** When each key was used last, as far as it was put down, by id. */
  Map<String, Instant> lastUses();

  /** Puts down when keys were used, by id; what is put down already and later stays. */
  Future<Void> used(Map<String, Instant> uses);

  /** Calls {@code changed} after each change of the keys, on no particular thread. */
  void watch(Runnable changed);

  /** The key is there by other means than this store. */
  final class FixedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Says by which. */
    public FixedException(String message) {
      super(message);
    }
  }

  /** Another key has that name. */
  final class NameTakenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Says which. */
    public NameTakenException(String name) {
      super("a key named '" + name + "' exists");
    }
  }
}
