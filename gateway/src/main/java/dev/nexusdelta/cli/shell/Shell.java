package dev.nexusdelta.cli.shell;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Everything that a command sees of the outside, so that tests can run commands in process.
 *
 * @param out results
 * @param err progress, hints, errors
 * @param cwd {@code agents/} and {@code .nexus} are relative to it
 * @param terminal whether a person watches {@code err}
 * @param keyboard whether a person types {@code in}
 * @param layout folder with {@code lib/} and {@code agent/}; empty = not started by the launcher
 * @param program how the launcher is called in advice
 * @param hints completes the commands that lines for people advise
 */
public record Shell(
    PrintStream out,
    PrintStream err,
    InputStream in,
    Map<String, String> env,
    Path cwd,
    boolean terminal,
    boolean keyboard,
    Optional<Path> layout,
    String program,
    UnaryOperator<String> hints) {

  /** Copies the environment. */
  public Shell {
    env = Map.copyOf(env);
  }

  /** Says what it is told to say; nobody types. */
  public Shell(
      PrintStream out,
      PrintStream err,
      InputStream in,
      Map<String, String> env,
      Path cwd,
      boolean terminal,
      Optional<Path> layout,
      String program) {
    this(out, err, in, env, cwd, terminal, false, layout, program, UnaryOperator.identity());
  }

  /** The same, but what is advised is completed so. */
  public Shell advising(UnaryOperator<String> completed) {
    return new Shell(out, err, in, env, cwd, terminal, keyboard, layout, program, completed);
  }

  /** The real surroundings of this process; the launcher says the rest in system properties. */
  public static Shell real() {
    return new Shell(
        stream(FileDescriptor.out),
        stream(FileDescriptor.err),
        System.in,
        System.getenv(),
        Path.of("").toAbsolutePath(),
        Boolean.getBoolean("nexus.terminal"),
        Boolean.getBoolean("nexus.keyboard"),
        Optional.ofNullable(System.getProperty("nexus.layout")).map(Path::of),
        System.getProperty("nexus.program", "nexus"),
        UnaryOperator.identity());
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  /** A line for people that is no result. */
  public void say(String line) {
    err.println(hints.apply(line));
  }

  /** A path as people write it: relative to where they are, when it lies below. */
  public String shown(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    return absolute.startsWith(cwd) && !absolute.equals(cwd)
        ? cwd.relativize(absolute).toString()
        : absolute.toString();
  }
}
