package dev.nexusdelta.admin;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.LongSupplier;

/**
 * Counts wrong tokens per source, so that guessing is slow and quiet. A right token always passes:
 * on a shared address (loopback above all) one bad caller must not lock out the operator.
 *
 * <p>Thread-safe; remembers a bounded number of sources, the longest unseen are forgotten first.
 */
final class BadTokens {
  private static final int SOURCES = 1_024;
  private static final int ALLOWED = 20;
  private static final long WINDOW_NANOS = Duration.ofMinutes(1).toNanos();

  private final LongSupplier nanos;
  private final Map<String, Window> windows =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Window> eldest) {
          return size() > SOURCES;
        }
      };

  private static final class Window {
    private final long start;
    private int count;

    Window(long start) {
      this.start = start;
    }
  }

  /**
   * @param nanos a monotonic clock
   */
  BadTokens(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /**
   * One more wrong token of this source.
   *
   * @return seconds to wait if these are too many, empty while they are not
   */
  synchronized OptionalInt count(String source) {
    long now = nanos.getAsLong();
    Window window = windows.get(source);
    if (window == null || now - window.start >= WINDOW_NANOS) {
      window = new Window(now);
      windows.put(source, window);
    }
    window.count = Math.min(window.count + 1, ALLOWED + 1);
    if (window.count <= ALLOWED) {
      return OptionalInt.empty();
    }
    long left = WINDOW_NANOS - (now - window.start);
    return OptionalInt.of((int) Math.max(1, Duration.ofNanos(left).toSeconds()));
  }

  synchronized int sources() {
    return windows.size();
  }
}
