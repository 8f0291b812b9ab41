package dev.nexusdelta.cli;

import dev.nexusdelta.cli.process.GatewayCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Makes the archive of the gateway's classes, with which it starts in half the time; the launcher
 * runs it once per build.
 */
public final class GatewayArchive {
  private static final int PATIENCE_SECONDS = 60;

  private GatewayArchive() {}

  /**
   * Takes the layout folder and the file to write.
   *
   * @throws IOException if no JVM can be started
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    GatewayCommand command = GatewayCommand.likeThisProcess(Path.of(args[0]));
    Process rehearsal =
        new ProcessBuilder(command.rehearsal(Path.of(args[1])))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!rehearsal.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      rehearsal.destroyForcibly();
    }
  }
}
