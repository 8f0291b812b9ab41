package dev.nexusdelta.host.docker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether an engine puts a process of its own before each published port. It does not say so
 * itself; its processes do, where they can be seen.
 */
final class UserlandProxy {
  private UserlandProxy() {}

  /** Command lines of engines and their proxies on this machine; arguments end with NUL. */
  static List<String> commandLines() {
    List<String> lines = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        String line = commandLine(process);
        if (isProgram(line, "dockerd") || isProgram(line, "docker-proxy")) {
          lines.add(line);
        }
      }
    } catch (IOException e) {
      return List.of(); // no Linux: nothing can be seen
    }
    return lines;
  }

  private static String commandLine(Path process) {
    try {
      return Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return ""; // has ended
    }
  }

  /**
   * Judges.
   *
   * @param elsewhere the engine runs in a machine or a user's namespace of its own, whose doors are
   *     always such processes
   * @param published ports of this machine that running containers have
   * @return empty = cannot be told
   */
  static Optional<Boolean> isOn(
      boolean elsewhere, Set<Integer> published, List<String> commandLines) {
    if (elsewhere) {
      return Optional.of(true);
    }
    List<String> engines =
        commandLines.stream().filter(line -> isProgram(line, "dockerd")).toList();
    boolean proxied =
        commandLines.stream()
            .filter(line -> isProgram(line, "docker-proxy"))
            .anyMatch(
                line ->
                    published.stream()
                        .anyMatch(port -> line.contains("-host-port\0" + port + '\0')));
    if (proxied) {
      return Optional.of(true);
    }
    if (engines.isEmpty()) {
      return Optional.empty(); // nothing of it can be seen from here
    }
    boolean allWithout =
        engines.stream().allMatch(line -> line.contains("\0--userland-proxy=false\0"));
    return published.isEmpty() && !allWithout ? Optional.empty() : Optional.of(false);
  }

  private static boolean isProgram(String commandLine, String program) {
    int end = commandLine.indexOf('\0');
    String path = end < 0 ? commandLine : commandLine.substring(0, end);
    return path.equals(program) || path.endsWith("/" + program);
  }
}
