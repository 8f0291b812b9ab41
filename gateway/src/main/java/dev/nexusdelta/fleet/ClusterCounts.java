package dev.nexusdelta.fleet;

import dev.nexusdelta.problem.Problem;
import dev.nexusdelta.problem.ProblemCode;
import java.util.List;
import java.util.Optional;

/** Joins what is known of an agent here with what the cluster says of it. Pure. */
record ClusterCounts(Optional<ClusterPart> part, ClusterPart.Others others) {
  static ClusterCounts of(LiveAgent agent) {
    Optional<ClusterPart> part = agent.count().part(agent.spec());
    return new ClusterCounts(part, part.map(ClusterPart::others).orElse(ClusterPart.Others.NONE));
  }

  List<AgentStatus.Place> places() {
    return part.map(ClusterPart::places).orElse(List.of());
  }

  /** No host can take all of it, or bring it up. */
  boolean stuck() {
    return part.map(ClusterPart::stuck).orElse(false);
  }

  String reason() {
    return part.map(ClusterPart::reason).orElse("");
  }

  /**
   * Why the agent's replicas do not come up.
   *
   * @param here on this host, which does not matter while another one can bring them up
   */
  Optional<String> failure(Optional<String> here) {
    return part.isEmpty() ? here : part.filter(ClusterPart::stuck).map(ClusterPart::reason);
  }

  /** Why waiting for a replica is in vain. */
  Optional<Problem> unavailable(String name) {
    return part.filter(ClusterPart::stuck)
        .map(
            it ->
                Problem.of(
                        ProblemCode.START_FAILED,
                        "agent '" + name + "' does not start: " + it.reason())
                    .hint("nexus describe " + name));
  }

  /** How far the agent is on all hosts together. */
  Convergence.Facts join(Convergence.Facts here) {
    if (part.isEmpty()) {
      return here;
    }
    ClusterPart said = part.get();
    // What is wanted to be gone goes without the leader's word.
    boolean goes = here.wanted() == 0;
    return new Convergence.Facts(
        goes ? here.revision() : Math.min(here.revision(), said.revision()),
        here.wanted(),
        here.ready() + others.target(),
        here.servingReady() + others.ready(),
        here.present() + others.present(),
        here.countable(),
        here.gaveUp() || said.gaveUp(),
        here.gaveUp() || said.gaveUp() || said.stuck(),
        said.stuck() ? said.reason() : here.reason(),
        here.lastLines());
  }
}
