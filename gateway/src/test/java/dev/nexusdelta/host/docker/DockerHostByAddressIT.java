package dev.nexusdelta.host.docker;

/** The port's contract on real containers, called at their own addresses. */
final class DockerHostByAddressIT extends DockerHostIT {
  @Override
  DockerHostSettings.Reach reach() {
    return DockerHostSettings.Reach.AUTO;
  }
}
