package dev.nexusdelta.app;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.replicated.TakeOver;
import dev.nexusdelta.fleet.EventLog;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of agents and keys that this gateway had alone, in the log and, once there is one,
 * as events.
 */
final class TakeOverNews implements TakeOver {
  private static final Logger log = LoggerFactory.getLogger(TakeOverNews.class);

  private volatile @Nullable EventLog events;

  void into(EventLog open) {
    events = open;
  }

  @Override
  public void takenIn(AgentSpec spec) {
    tell("agent.taken-in", spec, "the cluster that this gateway has joined had none of that name");
  }

  @Override
  public void gaveWay(AgentSpec here, AgentSpec cluster) {
    tell(
        "agent.gave-way",
        here,
        "the cluster that this gateway has joined has one of that name (revision %d, by %s), which counts"
            .formatted(cluster.revision(), cluster.by()));
  }

  @Override
  public void keys(List<String> names, boolean takenIn) {
    String reason =
        String.join(", ", names)
            + (takenIn
                ? ": the cluster that this gateway has joined had no keys"
                : ": the cluster that this gateway has joined has keys, which count in their place");
    tell(takenIn ? "key.taken-in" : "key.gave-way", Optional.empty(), reason);
  }

  private void tell(String type, AgentSpec spec, String reason) {
    tell(type, Optional.of(spec.name().value()), reason);
  }

  private void tell(String type, Optional<String> agent, String reason) {
    log.info("{} {}: {}", type, agent.orElse(""), reason);
    EventLog open = events;
    if (open != null) {
      open.add(type, agent, Optional.empty(), "cluster", reason);
    }
  }
}
