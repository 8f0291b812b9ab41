package dev.nexusdelta.hop;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Which proofs were accepted already: one {@link ReplayWindow} for each stream, so that the memory
 * is bounded by the gateways and not by their calls. A stream that was silent for longer than its
 * proofs hold is forgotten. Thread-safe.
 */
final class SeenProofs {
  /** Event loops of all other gateways, and of their lives in the last seconds; 1 KiB each. */
  static final int STREAMS = 4096;

  private final long keptMillis;
  private final Map<Long, Stream> streams = new HashMap<>();

  private static final class Stream {
    private final ReplayWindow window = new ReplayWindow();
    private long usedMillis;
  }

  /**
   * Nothing seen.
   *
   * @param kept longer than a proof holds
   */
  SeenProofs(Duration kept) {
    this.keptMillis = kept.toMillis();
  }

  /** Whether that proof, which is good otherwise, comes for the first time. */
  synchronized boolean isNew(long stream, long serial, long nowMillis) {
    Stream known = streams.get(stream);
    if (known == null) {
      if (streams.size() >= STREAMS) {
        streams.values().removeIf(each -> nowMillis - each.usedMillis > keptMillis);
      }
      if (streams.size() >= STREAMS) {
        return false;
      }
      known = new Stream();
      streams.put(stream, known);
    }
    known.usedMillis = nowMillis;
    return known.window.isNew(serial);
  }
}
