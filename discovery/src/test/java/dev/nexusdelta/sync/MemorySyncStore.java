package dev.nexusdelta.sync;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A store that forgets, for tests. Completes at once, on the caller's thread. */
public final class MemorySyncStore implements SyncStore {
  private final Map<AgentName, SyncMark> marks = new HashMap<>();
  private final Map<AgentName, TreeMap<Long, AgentSpec>> kept = new HashMap<>();

  @Override
  public synchronized Future<List<SyncMark>> marks() {
    return Future.succeededFuture(List.copyOf(marks.values()));
  }

  @Override
  public synchronized Future<Void> put(SyncMark mark) {
    marks.put(mark.agent(), mark);
    return Future.succeededFuture();
  }

  @Override
  public synchronized Future<Void> keep(AgentSpec superseded) {
    TreeMap<Long, AgentSpec> ofAgent =
        kept.computeIfAbsent(superseded.name(), name -> new TreeMap<>());
    ofAgent.putIfAbsent(superseded.revision(), superseded);
    while (ofAgent.size() > SUPERSEDED_KEPT) {
      ofAgent.pollFirstEntry();
    }
    return Future.succeededFuture();
  }

  @Override
  public synchronized Future<List<AgentSpec>> superseded(AgentName agent) {
    return Future.succeededFuture(
        List.copyOf(kept.getOrDefault(agent, new TreeMap<>()).descendingMap().values()));
  }
}
