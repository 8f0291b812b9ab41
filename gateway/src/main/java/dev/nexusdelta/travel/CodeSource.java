package dev.nexusdelta.travel;

import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Future;

/** Gets agents' code from other gateways. Thread-safe. */
public interface CodeSource {
  /**
   * Files of an agent whose code has this hash, as a {@link dev.nexusdelta.folders.CodeParcel}.
   *
   * @return fails, in words for people, if no gateway that is there has it, or it does not fit
   */
  Future<byte[]> fetch(AgentName agent, String codeHash);
}
