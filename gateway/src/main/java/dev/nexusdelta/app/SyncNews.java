package dev.nexusdelta.app;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.fleet.EventLog;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.sync.SyncEvents;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the sync has to tell, as events and in the log. */
final class SyncNews implements SyncEvents {
  private static final String BY = "firestore";
  private static final Logger log = LoggerFactory.getLogger(SyncNews.class);

  private final EventLog events;

  SyncNews(EventLog events) {
    this.events = events;
  }

  @Override
  public void superseded(AgentSpec lost, AgentSpec by) {
    tell(
        "agent.superseded",
        Optional.of(lost.name()),
        "revision %d (by %s) gives way to revision %d, which was made in Firestore; to bring it back:"
                .formatted(lost.revision(), lost.by(), by.revision())
            + " nexus sync restore %s --revision %d".formatted(lost.name(), lost.revision()));
  }

  @Override
  public void ignored(AgentName agent, String what) {
    tell(
        "agent.sync-ignored",
        Optional.of(agent),
        "its document says otherwise than the registry, and is not trusted to: "
            + what
            + " (registry.firestore.trust)");
  }

  @Override
  public void refused(AgentName agent, String reason) {
    if (reason.isEmpty()) {
      tell("agent.sync-accepted", Optional.of(agent), "its document is in order again");
    } else {
      tell("agent.sync-refused", Optional.of(agent), reason + "; the last good one stays in force");
    }
  }

  @Override
  public void vanished(int documents, int of) {
    tell(
        "registry.held",
        Optional.empty(),
        "%d of %d documents are gone from Firestore at once; nothing is deleted here before you say"
                .formatted(documents, of)
            + " that it is meant so: nexus sync confirm-deletions");
  }

  @Override
  public void trouble(String reason) {
    if (reason.isEmpty()) {
      tell("registry.back", Optional.empty(), "Firestore answers again");
    } else {
      tell(
          "registry.away",
          Optional.empty(),
          reason + "; changes wait on disk here and are sent later");
    }
  }

  private void tell(String type, Optional<AgentName> agent, String reason) {
    log.warn("{}{}: {}", agent.map(name -> "agent " + name + ", ").orElse(""), type, reason);
    events.add(type, agent.map(AgentName::value), Optional.empty(), BY, reason);
  }
}
