package dev.nexusdelta.cli;

import dev.nexusdelta.app.SettingsException;
import dev.nexusdelta.app.SettingsReader;
import dev.nexusdelta.cli.shell.Shell;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Repeats a {@code --data} that was typed in every command that is advised: without it, that
 * command would mean another gateway.
 */
final class DataHints {
  /** Commands that take the option, as they are typed; those within others before these. */
  static final List<String> COMMANDS =
      List.of(
          "up",
          "down",
          "demo",
          "create",
          "start",
          "stop",
          "start-all",
          "stop-all",
          "restart",
          "delete",
          "apply",
          "dev",
          "list",
          "gateways",
          "describe",
          "top",
          "events",
          "logs",
          "call",
          "explain call",
          "explain scaling",
          "tools",
          "scale",
          "drain",
          "forget",
          "loadtest",
          "secret set",
          "sync superseded",
          "sync restore",
          "sync confirm-deletions",
          "sync",
          "backup",
          "restore",
          "export compose",
          "export systemd",
          "doctor",
          "config show",
          "config check",
          "config explain",
          "version");

  /** What is to be done on another machine has no folder here. */
  private static final Pattern ADVISED =
      Pattern.compile(
          "\\bnexus (?:"
              + String.join("|", COMMANDS)
              + ")(?![\\w-])(?! (?:[^;,\n]* )?--(?:data|url)\\b| --help| on its machine)");

  private static final Pattern PLAIN = Pattern.compile("[\\w./@%+=:,~-]+");

  private DataHints() {}

  /** What is said while a command with these arguments runs. */
  static UnaryOperator<String> of(Shell shell, String... args) {
    return given(args)
        .filter(folder -> !isUsual(shell, folder))
        .<UnaryOperator<String>>map(folder -> text -> with(folder, text))
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

  private static String with(String folder, String text) {
    String quoted = PLAIN.matcher(folder).matches() ? folder : "'" + folder + "'";
    return ADVISED
        .matcher(text)
        .replaceAll(hint -> Matcher.quoteReplacement(hint.group() + " --data " + quoted));
  }
}
