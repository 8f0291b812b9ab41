package dev.nexusdelta.host.docker;

import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.host.ReplicaHost;
import dev.nexusdelta.host.ReplicaHostTck;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The port's contract on real containers, called at their published ports. */
@NeedsEngine
class DockerHostIT implements ReplicaHostTck {
  @TempDir Path root;
  private DockerFixture fixture;

  @BeforeEach
  void makeFixture() {
    fixture = new DockerFixture(root);
    fixture.reach = reach();
  }

  @AfterEach
  void removeWhatIsLeft() {
    fixture.close();
  }

  DockerHostSettings.Reach reach() {
    return DockerHostSettings.Reach.LOOPBACK;
  }

  @Override
  public ReplicaHost newHost() {
    return fixture.newHost();
  }

  @Override
  public Release release(String agent, String id) {
    return fixture.toy(agent, id);
  }

  @Override
  public Path folder(Release release) {
    return fixture.folder(release.agent().key());
  }
}
