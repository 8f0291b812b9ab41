package dev.nexusdelta.admin;

import dev.nexusdelta.access.Refusal;
import io.vertx.core.Future;
import java.net.URI;
import java.util.Optional;

/** What is known of addresses that others say their agents run at. Thread-safe. */
public interface AgentAddresses {
  /**
   * Why the gateway does not call that address, or one that its host stands for now; empty = it
   * may. Never fails; may complete on any thread.
   */
  Future<Optional<Refusal>> refusal(URI address);

  /**
   * Whether its host is this machine, or a name that nobody knows and that nobody else can mean.
   * Never fails; may complete on any thread.
   */
  Future<Boolean> isHere(URI address);
}
