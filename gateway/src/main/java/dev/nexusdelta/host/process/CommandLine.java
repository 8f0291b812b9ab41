package dev.nexusdelta.host.process;

import dev.nexusdelta.host.code.JavaHome;
import dev.nexusdelta.host.code.JvmFlags;
import dev.nexusdelta.manifest.Manifest;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is executed for one replica. Pure. */
final class CommandLine {
  static final String LAUNCH = "dev.nexusdelta.agent.Launch";
  // With one of these a line is more than one simple command, and "exec" would cut it short.
  private static final Pattern COMPOUND = Pattern.compile("[;&|()`\n]|\\$\\(");
  private static final Pattern ASSIGNMENT = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*=.*");
  private static final Set<String> SHELL_WORDS =
      Set.of(
          "cd", "export", "unset", "set", ".", "source", "eval", "exec", "umask", "ulimit", "trap",
          "if", "for", "while", "until", "case", "{", "!", "alias", "read", "wait", "exit", ":");

  private CommandLine() {}

  /**
   * A shell that turns into the command, so that signals and exit codes are the command's own where
   * the line is one simple command. The shell fills in {@code ${PORT}} and its like.
   */
  static List<String> shell(String line) {
    String command = line.strip();
    String first = command.split("\\s", 2)[0];
    boolean simple =
        !COMPOUND.matcher(command).find()
            && !ASSIGNMENT.matcher(first).matches()
            && !SHELL_WORDS.contains(first);
    return List.of("/bin/sh", "-c", simple ? "exec " + command : command);
  }

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
