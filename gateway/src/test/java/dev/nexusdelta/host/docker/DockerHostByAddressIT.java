package dev.nexusdelta.host.docker;

import org.junit.jupiter.api.Tag;

/** The port's contract on real containers, called at their own addresses. */
@Tag("long")
final class DockerHostByAddressIT extends DockerHostIT {
  @Override
  DockerHostSettings.Reach reach() {
    return DockerHostSettings.Reach.AUTO;
  }
}
