package dev.nexusdelta.host;

import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Containers that somebody else has started and labelled {@code nexus.agent=<Name>}: calls go to
 * them, nobody here starts or ends them.
 */
public interface Containers {
  /**
   * Where one listens.
   *
   * @param address IP literal that this gateway can connect to
   */
  record Place(String address, int port) {}

  /**
   * All running containers of the agent that are not ours, in any order; none = there are none, and
   * replicas found earlier are gone.
   *
   * @param port inside the container, when the address of the manifest names one; otherwise the
   *     label {@code nexus.port} or the one exposed port says it
   * @return fails with what people should know when the engine cannot be asked; may complete on any
   *     thread
   */
  Future<List<Place>> labelled(AgentName agent, OptionalInt port);

  /** Hears of such containers; called on the context of whoever finds them, must not block. */
  interface Listener {
    /**
     * The running containers of an agent, at first and whenever anything about them has changed.
     *
     * @param running in any order; none = the last one is gone
     */
    void changed(AgentName agent, List<Found> running);

    /**
     * A container cannot be called as it is; told once for each reason.
     *
     * @param agent that its label names; empty = the label is no name
     * @param reason for people, with the container's name and what to do
     */
    void refused(Optional<AgentName> agent, String reason);
  }

  /**
   * A running container.
   *
   * @param id the engine's, whole
   * @param name by which people know it
   * @param version its label {@code nexus.version}; empty = none, or none that can be one
   * @param created by the engine's clock, in whole seconds
   */
  record Found(String id, String name, Optional<String> version, Instant created) {}

  /** For a gateway without a container engine. */
  static Containers none() {
    return (agent, port) ->
        Future.failedFuture(
            "this gateway has no container engine: start it with --host docker, or name http://host:port");
  }
}
