package dev.nexusdelta.consensus;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Lets nothing out before what it rests on is on disk: memory may be ahead of the disk, what others
 * are told never is. What comes while the disk is busy goes into its next transaction together.
 */
final class Outbox {
  /** Writes rows, all or none; an empty text deletes. */
  interface Disk {
    void save(Map<String, Optional<String>> rows, Runnable done);
  }

  private final Disk disk;
  private Map<String, Optional<String>> rows = new LinkedHashMap<>();
  private List<Runnable> after = new ArrayList<>();
  private boolean urgent;
  private boolean busy;

  Outbox(Disk disk) {
    this.disk = disk;
  }

  /** Nothing that comes after this is let out before it is on disk. */
  void save(String key, Optional<String> text) {
    rows.put(key, text);
    urgent = true;
  }

  /** Goes to disk with what is next saved; nobody waits for it. */
  void lazily(String key, Optional<String> text) {
    rows.put(key, text);
  }

  /** Let out once all is on disk that was saved before. */
  void then(Runnable let) {
    after.add(let);
  }

  /** What was left for later is to be written now. */
  void settle() {
    urgent |= !rows.isEmpty();
  }

  /** Whether all is on disk. */
  boolean idle() {
    return !busy && rows.isEmpty() && after.isEmpty();
  }

  /** To be called after each step. */
  void flush() {
    while (!busy && (urgent || !after.isEmpty())) {
      List<Runnable> released = after;
      after = new ArrayList<>();
      if (!urgent) {
        released.forEach(Runnable::run);
        continue;
      }
      Map<String, Optional<String>> saved = rows;
      rows = new LinkedHashMap<>();
      urgent = false;
      busy = true;
      disk.save(
          saved,
          () -> {
            busy = false;
            released.forEach(Runnable::run);
            flush();
          });
    }
  }
}
