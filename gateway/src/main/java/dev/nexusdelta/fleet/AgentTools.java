package dev.nexusdelta.fleet;

import dev.nexusdelta.manifest.AgentName;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What every live agent works with; one for the whole fleet. */
record AgentTools(
    FleetParts parts,
    FleetLoop loop,
    HealthWatch health,
    HostCommands commands,
    ToolsReader tools,
    DirectoryFeed directory,
    FleetMetrics metrics,
    ReplicaUsage usage,
    EventLog events) {

  void event(String type, AgentName agent, @Nullable String replica, String by, String reason) {
    events.add(type, Optional.of(agent.value()), Optional.ofNullable(replica), by, reason);
  }
}
