package dev.nexusdelta.cli.compose;

import dev.nexusdelta.manifest.PlacedYaml;
import dev.nexusdelta.manifest.PlacedYaml.Items;
import dev.nexusdelta.manifest.PlacedYaml.Text;
import dev.nexusdelta.sdk.JsonFormatException;
import dev.nexusdelta.sdk.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Commands of compose files and Dockerfiles as one line for a shell. */
final class Words {
  private static final Pattern BARE = Pattern.compile("[A-Za-z0-9_/.:=@%+,-]+");

  private Words() {}

  /** A command as a compose file has it: a line, or a list of words. */
  static Optional<String> of(PlacedYaml value, Variables variables) {
    if (value instanceof Text text) {
      return Optional.of(variables.filled(text).strip()).filter(line -> !line.isEmpty());
    }
    if (value instanceof Items items) {
      return Optional.of(
              line(
                  items.items().stream()
                      .filter(Text.class::isInstance)
                      .map(item -> variables.filled((Text) item))
                      .toList()))
          .filter(line -> !line.isEmpty());
    }
    return Optional.empty();
  }

  /** What a Dockerfile runs: its last ENTRYPOINT and CMD. */
  static Optional<String> ofDockerfile(Path file) {
    String entrypoint = "";
    String cmd = "";
    try {
      for (String line : Files.readString(file).replaceAll("\\\\\\r?\\n", " ").lines().toList()) {
        String[] parts = line.strip().split("\\s+", 2);
        switch (parts[0].toUpperCase(Locale.ROOT)) {
          case "FROM" -> entrypoint = cmd = "";
          case "ENTRYPOINT" -> entrypoint = instruction(parts);
          case "CMD" -> cmd = instruction(parts);
          default -> {
            // Says nothing of what is run.
          }
        }
      }
    } catch (IOException e) {
      return Optional.empty();
    }
    return Optional.of((entrypoint + " " + cmd).strip()).filter(line -> !line.isEmpty());
  }

  private static String instruction(String[] parts) {
    String text = parts.length < 2 ? "" : parts[1].strip();
    if (!text.startsWith("[")) {
      return text;
    }
    try {
      return line(JsonValue.parse(text).items().stream().map(JsonValue::text).toList());
    } catch (JsonFormatException shellForm) {
      return text;
    }
  }

  private static String line(List<String> words) {
    return words.stream().map(Words::quoted).collect(Collectors.joining(" "));
  }

  private static String quoted(String word) {
    return BARE.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
