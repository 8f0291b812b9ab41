package dev.nexusdelta.host.url;

import dev.nexusdelta.host.Containers.Place;
import dev.nexusdelta.manifest.AgentName;
import java.net.URI;
import java.util.Optional;

/**
 * Says which of an agent's addresses may be called: asked whenever they are resolved, and no
 * connection goes anywhere else. Must not block.
 */
public interface Permit {
  /** Everything may. */
  Permit ALL = (agent, url, place) -> Optional.empty();

  /**
   * Why not; empty = it may.
   *
   * @param url as the manifest writes it
   * @param place that it stands for now
   */
  Optional<String> refusal(AgentName agent, URI url, Place place);
}
