package dev.nexusdelta.fleet;

import dev.nexusdelta.discovery.ToolInfo;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.problem.Problem;
import java.util.List;
import java.util.Optional;

/**
 * One agent as the data plane sees it. Immutable, except that the replicas it names count their
 * calls.
 *
 * @param state of the whole agent
 * @param routable replicas that take calls now, healthy ones first in ordinal order, then suspects
 *     (last choice)
 * @param healthy how many of {@code routable} are healthy
 * @param unavailable why nothing is routable and waiting for it is in vain (stopped, crash loop,
 *     failed start): answer it at once; empty while a replica may still come
 * @param tools of the serving release as learnt, or as the manifest declares them
 * @param elsewhere replicas of other gateways that take calls, ordered by id; empty when alone
 */
public record AgentView(
    AgentName name,
    Manifest manifest,
    AgentState state,
    List<Replica> routable,
    int healthy,
    Optional<Problem> unavailable,
    List<ToolInfo> tools,
    List<Replica> elsewhere) {
  /** Copies the lists. */
  public AgentView {
    routable = List.copyOf(routable);
    tools = List.copyOf(tools);
    elsewhere = List.copyOf(elsewhere);
  }

  /** An agent without replicas elsewhere. */
  public AgentView(
      AgentName name,
      Manifest manifest,
      AgentState state,
      List<Replica> routable,
      int healthy,
      Optional<Problem> unavailable,
      List<ToolInfo> tools) {
    this(name, manifest, state, routable, healthy, unavailable, tools, List.of());
  }

  /** Whether any replica takes calls, wherever it runs. */
  public boolean isServed() {
    return !routable.isEmpty() || !elsewhere.isEmpty();
  }
}
