package dev.nexusdelta.keyed;

import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * Where claims are durable. A future that succeeds means: on disk, survives a power cut. Many
 * writes that come at once share one wait for the disk.
 *
 * <p>Callable from any thread; futures complete on any.
 */
public interface ClaimStore {
  /**
   * Writes a claim, unless one of its key is there that has not expired.
   *
   * @return the one that is there now; null if there is no room for another
   */
  Future<@Nullable Claim> putIfAbsent(Claim claim, long nowMillis);

  /** Writes or replaces a claim. */
  Future<Void> put(Claim claim);

  /** Forgets a claim, unless another attempt has its key by now. */
  Future<Void> remove(Claim claim);

  /**
   * Forgets some of those that have expired, and answers' bodies beyond the room there is.
   *
   * @return how many there may still be to forget
   */
  Future<Integer> sweep(long nowMillis);

  /** Closes the store; later calls fail. */
  Future<Void> close();
}
