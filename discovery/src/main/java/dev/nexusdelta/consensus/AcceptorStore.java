package dev.nexusdelta.consensus;

import io.vertx.core.Future;
import java.util.Map;
import java.util.Optional;

/**
 * Where one member's rows are durable: keys and texts, whose meaning is the ledger's own. A future
 * that succeeds means: on disk, survives a power cut.
 *
 * <p>Called from one Vert.x context, the next save only after the one before.
 */
public interface AcceptorStore {
  /** Every row. */
  Future<Map<String, String>> load();

  /**
   * Writes those rows, all or none.
   *
   * @param rows an empty text deletes
   */
  Future<Void> save(Map<String, Optional<String>> rows);

  /** Where the rows are, for people. */
  String where();

  /** Closes the store; later calls fail. */
  Future<Void> close();
}
