package dev.nexusdelta.admin;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.sync.SyncControl;
import dev.nexusdelta.sync.SyncState;
import dev.nexusdelta.sync.SyncStatus;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/** A registry outside that stands as a test says. */
final class FakeSync implements SyncControl {
  final Map<AgentName, String> refused = new ConcurrentHashMap<>();
  final List<AgentSpec> superseded = new ArrayList<>();
  volatile SyncState ofAll = SyncState.PENDING;
  volatile Optional<SyncStatus> status = Optional.empty();
  volatile boolean held;

  /** One agent has waited for a second and a half. */
  void away(String reason, long now) {
    status =
        Optional.of(new SyncStatus(true, 1, OptionalLong.of(now - 1_500_000_000L), reason, false));
  }

  @Override
  public Optional<SyncStatus> status() {
    return status;
  }

  @Override
  public SyncState of(AgentName agent) {
    return ofAll;
  }

  @Override
  public Map<AgentName, String> refused() {
    return refused;
  }

  @Override
  public Future<Boolean> confirmVanished() {
    boolean was = held;
    held = false;
    return Future.succeededFuture(was);
  }

  @Override
  public Future<List<AgentSpec>> superseded(AgentName agent) {
    return Future.succeededFuture(
        superseded.stream().filter(spec -> spec.name().equals(agent)).toList());
  }
}
