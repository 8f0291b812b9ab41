package dev.nexusdelta.cli;

import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.cli.shell.YamlText;
import dev.nexusdelta.sdk.JsonValue;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** In which form results are printed. */
final class OutputOption {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}")
  private Format format = Format.table;

  /** Names as people type them. */
  enum Format {
    table,
    json,
    yaml
  }

  boolean isTable() {
    return format == Format.table;
  }

  /** Prints the document, or for people what {@code table} makes of it. */
  void print(Shell shell, JsonValue document, Supplier<String> table) {
    switch (format) {
      case json -> shell.out().println(document.pretty());
      case yaml -> shell.out().print(YamlText.of(document));
      case table -> shell.out().print(shell.hints().apply(table.get()));
    }
    shell.out().flush();
  }

  /** One of many documents: a line of JSON, or a YAML document. */
  void printOne(Shell shell, JsonValue document, Supplier<String> line) {
    switch (format) {
      case json -> shell.out().println(document);
      case yaml -> shell.out().print("---\n" + YamlText.of(document));
      case table -> shell.out().println(line.get());
    }
    shell.out().flush();
  }
}
