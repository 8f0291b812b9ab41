package dev.nexusdelta.host.process;

import dev.nexusdelta.host.code.JavaHome;
import dev.nexusdelta.host.code.JvmFlags;
import dev.nexusdelta.manifest.Manifest;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is executed for one replica. Pure. */
final class CommandLine {
  static final String LAUNCH = "dev.nexusdelta.agent.Launch";

  private CommandLine() {}

  /**
   * A Java agent. The runtime's jars come first: the shared class archive fits only programs whose
   * class path begins with the one that it was made with.
   */
  static List<String> java(
      JavaHome java,
      Manifest.Resources resources,
      Optional<Path> archive,
      List<Path> runtime,
      List<Path> jars,
      String mainClass) {
    List<String> command = new ArrayList<>();
    command.add(java.java());
    command.addAll(JvmFlags.of(java, resources, archive));
    command.add("-cp");
    command.add(classPath(runtime, jars));
    command.add(LAUNCH);
    command.add(mainClass);
    return command;
  }

  static String classPath(List<Path> runtime, List<Path> jars) {
    return Stream.concat(runtime.stream(), jars.stream())
        .map(Path::toString)
        .collect(Collectors.joining(File.pathSeparator));
  }
}
