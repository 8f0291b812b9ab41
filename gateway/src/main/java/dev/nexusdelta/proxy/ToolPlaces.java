package dev.nexusdelta.proxy;

import dev.nexusdelta.manifest.Manifest;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Calls in flight of those tools of one agent that have a {@code concurrency} of their own, over
 * all replicas and event loops. Thread-safe.
 */
final class ToolPlaces {
  private final ConcurrentHashMap<String, AtomicInteger> taken = new ConcurrentHashMap<>();

  /** The limit of a tool; 0 if it has none. */
  static int limit(Manifest manifest, @Nullable String tool) {
    if (tool == null) {
      return 0;
    }
    for (int i = 0; i < manifest.tools().size(); i++) {
      Manifest.ToolDeclaration declared = manifest.tools().get(i);
      if (declared.name().equals(tool)) {
        return declared.concurrency().orElse(0);
      }
    }
    return 0;
  }

  /** Takes a place, if fewer than {@code limit} are taken. */
  boolean take(String tool, int limit) {
    AtomicInteger calls = taken.computeIfAbsent(tool, key -> new AtomicInteger());
    int now = calls.get();
    while (now < limit && !calls.compareAndSet(now, now + 1)) {
      now = calls.get();
    }
    return now < limit;
  }

  /** Gives it back. */
  void give(String tool) {
    AtomicInteger calls = taken.get(tool);
    if (calls != null) {
      calls.decrementAndGet();
    }
  }
}
