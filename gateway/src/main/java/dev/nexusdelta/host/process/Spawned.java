package dev.nexusdelta.host.process;

import dev.nexusdelta.host.supervision.Running;
import dev.nexusdelta.host.supervision.Supervised;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The process of a replica.
 *
 * @param startTicks when it was started, since boot; 0 = it had ended before it could be looked at
 * @param child empty when an earlier gateway started it
 */
record Spawned(long pid, long startTicks, Optional<Process> child) {
  /** Of a replica that runs or has run. */
  static Spawned of(Supervised<Spawned> replica) {
    return Objects.requireNonNull(replica.running(), replica.id).handle();
  }

  Running<Spawned> running(int port) {
    return new Running<>(this, "127.0.0.1", port, OptionalLong.of(pid), Optional.empty());
  }

  @Override
  public String toString() {
    return "pid " + pid;
  }
}
