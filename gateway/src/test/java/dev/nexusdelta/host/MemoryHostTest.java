package dev.nexusdelta.host;

import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.manifest.Run;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;

/** The port's contract on an engine that chooses victims and restarts by itself. */
final class MemoryHostTest implements ReplicaHostTck {
  private final MemoryEngine engine = new MemoryEngine();

  @Override
  public ReplicaHost newHost() {
    return new MemoryHost(engine);
  }

  @Override
  public Release release(String agent, String id) {
    return TestAgents.release(agent, id, new Run.Command("memory"));
  }

  @Override
  public Path folder(Release release) {
    return Path.of(".");
  }

  @AfterEach
  void closeEngine() {
    engine.close();
  }
}
