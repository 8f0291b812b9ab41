package dev.nexusdelta.manifest;

import dev.nexusdelta.manifest.Manifest.ToolDeclaration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * Reads {@code tools}: a list of names or declarations, or a mapping from name to declaration; both
 * mean the same.
 */
final class ToolsReader {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.:-]{0,127}");
  private static final String NAME_FORM =
      "the name of a tool: letters, digits, '_', '-', '.', ':', at most 128";
  private static final int MOST = 500;
  private static final List<String> KEYS =
      List.of(
          "name",
          "description",
          "input-schema",
          "output-schema",
          "read-only",
          "idempotent",
          "destructive",
          "timeout",
          "concurrency");

  private ToolsReader() {}

  static List<ToolDeclaration> tools(Value value) {
    Map<String, ToolDeclaration> tools = new LinkedHashMap<>();
    if (value.isMapping()) {
      Section.entries(value, "tools")
          .forEach((name, at) -> add(tools, at, declaration(Optional.of(name), at)));
    } else {
      for (Value item : value.items(MOST, "a list of tools")) {
        boolean bare = !item.isMapping();
        add(
            tools,
            item,
            bare
                ? item.matching(NAME, NAME_FORM).map(ToolsReader::bare)
                : declaration(Optional.empty(), item));
      }
    }
    return new ArrayList<>(tools.values());
  }

  private static void add(
      Map<String, ToolDeclaration> tools, Value at, Optional<ToolDeclaration> tool) {
    tool.ifPresent(
        it -> {
          if (tools.putIfAbsent(it.name(), it) != null) {
            at.fault("declares the tool '" + it.name() + "' again; keep one");
          }
        });
  }

  private static ToolDeclaration bare(String name) {
    return new ToolDeclaration(
        name,
        "",
        Optional.empty(),
        Optional.empty(),
        false,
        false,
        false,
        Optional.empty(),
        OptionalInt.empty());
  }

  private static Optional<ToolDeclaration> declaration(Optional<String> key, Value value) {
    if (key.isPresent() && value.isNull()) {
      return checked(key.get(), value).map(ToolsReader::bare);
    }
    Section at = Section.known(value, KEYS);
    if (!value.isMapping()) {
      return Optional.empty();
    }
    Optional<String> own = at.get("name").flatMap(it -> it.matching(NAME, NAME_FORM));
    if (key.isEmpty() && !at.has("name")) {
      value.fault("has no name; add name: my_tool");
    }
    if (key.isPresent() && own.isPresent() && !own.equals(key)) {
      value.fault("is named '" + own.get() + "' inside; leave the inner name out");
    }
    Optional<String> name = key.isPresent() ? checked(key.get(), value) : own;
    boolean readOnly = at.flag("read-only");
    boolean destructive = at.flag("destructive");
    if (readOnly && destructive) {
      value.fault("is both read-only and destructive; keep one");
    }
    Optional<Integer> concurrency = at.get("concurrency").flatMap(it -> it.integer(1, 1_000_000));
    ToolDeclaration tool =
        new ToolDeclaration(
            name.orElse(""),
            at.text("description", 4000, true),
            at.get("input-schema").flatMap(JsonTree::objectText),
            at.get("output-schema").flatMap(JsonTree::objectText),
            readOnly,
            at.flag("idempotent"),
            destructive,
            at.get("timeout").flatMap(it -> it.duration(Duration.ofMillis(1), Duration.ofDays(1))),
            concurrency.map(OptionalInt::of).orElse(OptionalInt.empty()));
    return name.map(it -> tool);
  }

  private static Optional<String> checked(String name, Value at) {
    if (NAME.matcher(name).matches()) {
      return Optional.of(name);
    }
    return at.refused(name, NAME_FORM);
  }
}
