package dev.nexusdelta.host.url;

import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Future;
import java.util.List;
import java.util.OptionalInt;

/** Finds containers that somebody else has started and labelled {@code nexus.agent=<Name>}. */
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

  /** For a gateway without a container engine. */
  static Containers none() {
    return (agent, port) ->
        Future.failedFuture(
            "this gateway has no container engine: start it with --host docker, or name http://host:port");
  }
}
