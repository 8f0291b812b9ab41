package dev.nexusdelta.cli;

import dev.nexusdelta.cli.process.GatewayCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Makes the archive of the gateway's classes, with which it starts in half the time; the launcher
 * runs it once per build.
 */
public final class GatewayArchive {
  private static final int PATIENCE_SECONDS = 60;

  private GatewayArchive() {}

  /**
   * Takes the layout folder and the file to write; for images also a file for the JVM's arguments,
   * all before the main class: {@code java @file dev.nexusdelta.app.GatewayMain}.
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
    if (args.length > 2) {
      List<String> line = command.with(Path.of(args[1])).line(Map.of(), List.of());
      Files.write(Path.of(args[2]), line.subList(1, line.size() - 1));
    }
  }
}
