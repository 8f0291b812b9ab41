package dev.nexusdelta.keyed;

import io.vertx.core.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one place of all gateways where it is decided who executes a call. Holds those that run now;
 * what has ended leaves it, for the stores remember that.
 *
 * <p>Callable from any thread; futures complete on any.
 */
public interface ClaimTable {
  /**
   * Enters a claim unless there is one of its key.
   *
   * @return the one that was there, be it the same one; null if the new one was entered. If it
   *     fails, nobody knows whether it was
   */
  Future<@Nullable Claim> putIfAbsent(Claim claim);

  /**
   * Takes a claim out and tells every gateway how it ended; repeating it is fine, also after a
   * failure that left unknown whether it was done.
   *
   * @param end null if it was released
   */
  Future<Void> end(Claim claim, @Nullable Claim end);

  /** Calls {@code seen} for every claim that ends, on any gateway, on any thread. */
  void watch(Consumer<Change> seen);

  /**
   * A claim has left the table.
   *
   * @param end how it ended; null if it was released
   */
  record Change(CallKey key, @Nullable Claim end) {}
}
