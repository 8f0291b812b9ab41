package dev.nexusdelta.host.code;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** How {@code run.command} is executed. Pure. */
public final class ShellLine {
  // With one of these a line is more than one simple command, and "exec" would cut it short.
  private static final Pattern COMPOUND = Pattern.compile("[;&|()`\n]|\\$\\(");
  private static final Pattern ASSIGNMENT = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*=.*");
  private static final Set<String> SHELL_WORDS =
      Set.of(
          "cd", "export", "unset", "set", ".", "source", "eval", "exec", "umask", "ulimit", "trap",
          "if", "for", "while", "until", "case", "{", "!", "alias", "read", "wait", "exit", ":");

  private ShellLine() {}

  /**
   * A shell that turns into the command, so that signals and exit codes are the command's own where
   * the line is one simple command. The shell fills in {@code ${PORT}} and its like.
   */
  public static List<String> of(String line) {
    String command = line.strip();
    String first = command.split("\\s", 2)[0];
    boolean simple =
        !COMPOUND.matcher(command).find()
            && !ASSIGNMENT.matcher(first).matches()
            && !SHELL_WORDS.contains(first);
    return List.of("/bin/sh", "-c", simple ? "exec " + command : command);
  }
}
