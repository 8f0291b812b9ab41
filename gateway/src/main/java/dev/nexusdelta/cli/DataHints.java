package dev.nexusdelta.cli;

import dev.nexusdelta.app.SettingsException;
import dev.nexusdelta.app.SettingsReader;
import dev.nexusdelta.cli.shell.Shell;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;

/**
 * Repeats a {@code --data} that was typed in every command that is advised: without it, that
 * command would mean another gateway.
 */
final class DataHints {
  private static final Pattern PLAIN = Pattern.compile("[\\w./@%+=:,~-]+");

  private DataHints() {}

  /** What is said while a command with these arguments runs. */
  static UnaryOperator<String> of(Shell shell, String... args) {
    return given(args)
        .filter(folder -> !isUsual(shell, folder))
        .<UnaryOperator<String>>map(folder -> text -> with(shell, folder, text))
        .orElse(UnaryOperator.identity());
  }

  private static Optional<String> given(String... args) {
    for (int i = 1; i < args.length && !args[i].equals("--"); i++) {
      if (args[i].startsWith("--data=")) {
        return Optional.of(args[i].substring("--data=".length()));
      }
      if (args[i].equals("--data") && i + 1 < args.length) {
        return Optional.of(args[i + 1]);
      }
    }
    return Optional.empty();
  }

  private static boolean isUsual(Shell shell, String folder) {
    Path usual;
    try {
      usual = SettingsReader.read(Map.of(), shell.env(), shell.cwd()).data();
    } catch (SettingsException e) {
      return false; // the command itself says what is wrong
    }
    return shell.cwd().resolve(folder).toAbsolutePath().normalize().equals(usual);
  }

  private static String with(Shell shell, String folder, String text) {
    if (!text.contains("nexus ")) {
      return text;
    }
    String quoted = PLAIN.matcher(folder).matches() ? folder : "'" + folder + "'";
    return advised(shell)
        .matcher(text)
        .replaceAll(hint -> Matcher.quoteReplacement(hint.group() + " --data " + quoted));
  }

  /** A command that takes the option; what is to be done on another machine has no folder here. */
  private static Pattern advised(Shell shell) {
    List<String> commands = new ArrayList<>();
    taking("", Commands.line(shell, Commands.NAMES), commands);
    // Those within others before these.
    commands.sort(Comparator.comparingInt(String::length).reversed());
    return Pattern.compile(
        "\\bnexus (?:"
            + String.join("|", commands)
            + ")(?![\\w-])(?! (?:[^;,\n]* )?--(?:data|url)\\b| --help| on its machine)");
  }

  private static void taking(String path, CommandLine line, List<String> found) {
    if (line.getCommandSpec().findOption("--data") != null) {
      found.add(path);
    }
    line.getSubcommands().forEach((name, each) -> taking((path + " " + name).strip(), each, found));
  }
}
