package dev.nexusdelta.sync;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The registry is the only one.
 *
 * @param store may hold revisions that gave way while there was another one
 */
public record NoSync(SyncStore store) implements SyncControl {
  @Override
  public Optional<SyncStatus> status() {
    return Optional.empty();
  }

  @Override
  public SyncState of(AgentName agent) {
    return SyncState.OFF;
  }

  @Override
  public Map<AgentName, String> refused() {
    return Map.of();
  }

  @Override
  public Future<Boolean> confirmVanished() {
    return Future.succeededFuture(false);
  }

  @Override
  public Future<List<AgentSpec>> superseded(AgentName agent) {
    return store.superseded(agent);
  }
}
