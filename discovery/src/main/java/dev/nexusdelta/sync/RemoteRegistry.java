package dev.nexusdelta.sync;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.function.Consumer;

/**
 * Where agents are kept outside, one document each. Futures complete and consumers are called on
 * the context of whoever calls; nothing is tried again in here.
 *
 * <p>A future fails with {@link RemoteFailure}.
 */
public interface RemoteRegistry {
  /** All documents, asked for anew. */
  Future<RemoteSnapshot> read();

  /** Asks for a sign of life, at the least cost; by the way that {@link #listen} goes. */
  Future<Void> probe();

  /**
   * Writes a whole document.
   *
   * @param over the update time that it must have; empty = there must be none
   * @return its new update time; fails with {@link RemoteFailure.Kind#CONFLICT} where it has
   *     another
   */
  Future<String> write(String key, JsonObject content, String over);

  /**
   * Tells of changes until it is closed or breaks.
   *
   * @param snapshots at first and after each change
   * @param broken called once, when nothing more will come
   */
  Listening listen(Consumer<RemoteSnapshot> snapshots, Consumer<RemoteFailure> broken);

  /** Ends everything. */
  Future<Void> close();

  /** What listens. */
  interface Listening {
    /** Nothing comes after this; repeating it is harmless. */
    void close();
  }
}
