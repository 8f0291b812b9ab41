package dev.nexusdelta.fleet;

import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** The shares of a gateway that is alone: everything runs on its host. */
public record AllHere() implements Shares {
  @Override
  public Optional<ClusterPart> of(String agent) {
    return Optional.empty();
  }

  @Override
  public void onChange(Consumer<Set<String>> listener) {
    // Nothing changes.
  }
}
