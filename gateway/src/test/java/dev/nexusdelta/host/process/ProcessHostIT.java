package dev.nexusdelta.host.process;

import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.host.ReplicaHost;
import dev.nexusdelta.host.ReplicaHostTck;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The port's contract on real processes. */
final class ProcessHostIT implements ReplicaHostTck {
  @TempDir Path root;
  private HostFixture fixture;

  @BeforeEach
  void makeFixture() {
    fixture = new HostFixture(root);
  }

  @AfterEach
  void endWhatIsLeft() throws IOException {
    fixture.close();
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
