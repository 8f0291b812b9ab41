package dev.nexusdelta.cli.process;

import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.cli.shell.Waiting;
import dev.nexusdelta.sdk.NexusClient;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;

/**
 * A gateway that is about to serve or about to end holds its data folder, though it answers nobody:
 * whoever wants to start or end one there waits for it first.
 */
public final class GatewayInTransit {
  private static final Duration PATIENCE = Duration.ofSeconds(45);
  private final Shell shell;
  private final Path data;

  /** Of this data folder. */
  public GatewayInTransit(Shell shell, Path data) {
    this.shell = shell;
    this.data = data;
  }

  /** The gateway that serves; empty when the folder is nobody's. Waits while it is neither. */
  public Optional<RunningGateway> settle() {
    Optional<RunningGateway> serving = serving();
    if (serving.isPresent() || !held()) {
      return serving;
    }
    shell.say("a gateway is starting or ending on " + shell.shown(data) + ": waiting for it");
    Waiting.until(() -> serving().isPresent() || !held(), PATIENCE, Duration.ofMillis(100));
    return serving();
  }

  private Optional<RunningGateway> serving() {
    return RunningGateway.find(data)
        .filter(
            gateway ->
                NexusClient.builder(gateway.admin())
                    .timeout(Duration.ofSeconds(2))
                    .build()
                    .ready());
  }

  private boolean held() {
    Path file = data.resolve("lock");
    if (!Files.exists(file)) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      return lock == null;
    } catch (IOException | OverlappingFileLockException e) {
      return false; // who starts a gateway there learns why it cannot
    }
  }
}
