package dev.nexusdelta.cli;

import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Entry of the command line. */
public final class Main {
  /** Picocli begins some of its messages, not all, with what every line of errors begins with. */
  private static final String PREFIX = "Error: ";

  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    Shell shell = Shell.real();
    // What libraries log is no result.
    System.setOut(System.err);
    int code = run(shell, args);
    System.exit(code);
  }

  /** Runs one command in these surroundings; never throws. */
  public static int run(Shell shell, String... args) {
    CommandLine line = line(shell.advising(DataHints.of(shell, args)), args);
    if (args.length == 0) {
      line.usage(shell.err());
      return ExitCode.USAGE.number();
    }
    return line.execute(args);
  }

  /**
   * Only the command that is called is built: reading the annotations of all of them would double
   * the start-up time.
   */
  private static CommandLine line(Shell shell, String... args) {
    String verb = args.length == 0 ? "" : args[0];
    boolean known = Commands.NAMES.contains(verb);
    CommandLine line = Commands.line(shell, known ? List.of(verb) : Commands.NAMES);
    line.setOut(new PrintWriter(shell.out(), true));
    line.setErr(new PrintWriter(shell.err(), true));
    line.setColorScheme(CommandLine.Help.defaultColorScheme(shell.terminal() ? Ansi.ON : Ansi.OFF));
    line.setUsageHelpAutoWidth(false);
    line.setUsageHelpWidth(100);
    line.setExecutionExceptionHandler(
        (failure, failed, parsed) -> new FailureReport(shell).print(failure));
    line.setParameterExceptionHandler((wrong, ignored) -> usage(shell, wrong));
    return line;
  }

  private static int usage(Shell shell, ParameterException wrong) {
    String command = wrong.getCommandLine().getCommandSpec().qualifiedName();
    shell.say("error: " + message(wrong));
    List<String> near =
        wrong instanceof UnmatchedArgumentException unmatched
            ? unmatched.getSuggestions()
            : List.of();
    shell.say(
        near.isEmpty()
            ? "try: " + command + " --help"
            : "try: " + String.join(" or ", near) + "; all there is: " + command + " --help");
    return ExitCode.USAGE.number();
  }

  private static String message(ParameterException wrong) {
    boolean root = wrong.getCommandLine().getParent() == null;
    if (root && wrong instanceof UnmatchedArgumentException unmatched) {
      return "there is no command '" + unmatched.getUnmatched().get(0) + "'";
    }
    String message = String.valueOf(wrong.getMessage());
    return message.startsWith(PREFIX) ? message.substring(PREFIX.length()) : message;
  }
}
