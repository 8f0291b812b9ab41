package dev.nexusdelta.fleet;

import dev.nexusdelta.discovery.Registry;
import dev.nexusdelta.discovery.ToolInfo;
import dev.nexusdelta.health.Phase;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Learns the tools of a release from its first healthy replica and puts them on record; those of an
 * agent elsewhere anew whenever a replica becomes healthy. An answer that is wrong is logged once
 * per release and asked for again now and then. Only on the fleet's context.
 */
final class ToolsReader {
  private static final Logger LOG = LoggerFactory.getLogger(ToolsReader.class);
  private static final Duration AGAIN = Duration.ofSeconds(10);

  private final FleetLoop loop;
  private final Prober prober;
  private final Registry registry;

  ToolsReader(FleetLoop loop, Prober prober, Registry registry) {
    this.loop = loop;
    this.prober = prober;
    this.registry = registry;
  }

  /** Asks this replica unless its release's tools are known or being asked for. */
  void learn(LiveReplica replica) {
    LiveRelease release = replica.release;
    if (release.toolsKnown || release.toolsAsked || !replica.is(Phase.HEALTHY)) {
      return;
    }
    release.toolsAsked = true;
    prober
        .tools(replica.replica.address(), replica.replica.host())
        .map(Tools::read)
        .onComplete(
            tools ->
                loop.post(
                    () -> {
                      release.toolsAsked = false;
                      if (tools.succeeded()) {
                        learnt(replica, tools.result());
                      } else {
                        failed(replica, tools.cause());
                      }
                    }));
  }

  private void learnt(LiveReplica replica, List<ToolInfo> tools) {
    boolean news = !tools.equals(replica.release.release.tools());
    replica.agent.learnt(replica.release, tools);
    if (news && !tools.isEmpty()) {
      registry
          .put(replica.release.release)
          .onFailure(
              failure ->
                  LOG.warn(
                      "the tools of agent '{}' are not on record: {}",
                      replica.agent.spec().name(),
                      String.valueOf(failure.getMessage())));
    }
  }

  private void failed(LiveReplica replica, Throwable failure) {
    if (!replica.release.toolsWrong && !replica.leaving()) {
      replica.release.toolsWrong = true;
      LOG.warn(
          "the tools of agent '{}' cannot be read from replica {}: {}",
          replica.agent.spec().name(),
          replica.id(),
          String.valueOf(failure.getMessage()));
    }
    loop.after(AGAIN, () -> replica.agent.learnTools(replica.release));
  }
}
