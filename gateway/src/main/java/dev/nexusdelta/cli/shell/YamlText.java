package dev.nexusdelta.cli.shell;

import dev.nexusdelta.sdk.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A JSON value as block-style YAML 1.2. */
public final class YamlText {
  /** Texts that stand bare without being taken for something else. */
  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z_/.$][A-Za-z0-9_/.$@+-]*( [A-Za-z0-9_/.$@+(),;-]+)*");

  private static final Pattern OTHER =
      Pattern.compile(
          "(?i)true|false|yes|no|on|off|null|~|y|n|[.](inf|nan)|[-+.]?[0-9].*|.*:|---.*|[.]{3}.*");

  private YamlText() {}

  /** The document, ending with a line end. */
  public static String of(JsonValue value) {
    StringBuilder text = new StringBuilder();
    write(value, "", text);
    return text.charAt(0) == '\n' ? text.substring(1) : text.toString().stripLeading();
  }

  private static void write(JsonValue value, String indent, StringBuilder text) {
    if (value.isObject() && !value.fields().isEmpty()) {
      for (Map.Entry<String, JsonValue> member : value.fields().entrySet()) {
        text.append('\n').append(indent).append(scalar(member.getKey())).append(':');
        write(member.getValue(), indent + "  ", text);
      }
    } else if (value.isArray() && !value.items().isEmpty()) {
      items(value.items(), indent, text);
    } else {
      text.append(' ').append(scalar(value));
    }
    if (indent.isEmpty()) {
      text.append('\n');
    }
  }

  private static void items(List<JsonValue> items, String indent, StringBuilder text) {
    for (JsonValue item : items) {
      StringBuilder inner = new StringBuilder();
      write(item, indent + "  ", inner);
      // The first member of an item stands on the line of its dash.
      String body = inner.toString();
      String lead = "\n" + indent + "  ";
      text.append('\n').append(indent).append("- ");
      text.append(body.startsWith(lead) ? body.substring(lead.length()) : body.strip());
    }
  }

  private static String scalar(JsonValue value) {
    return switch (value.kind()) {
      case TEXT -> scalar(value.text());
      case ARRAY -> "[]";
      case OBJECT -> "{}";
      case NULL, MISSING -> "null";
      default -> value.toString();
    };
  }

  /** A text as a YAML scalar, quoted where it would be read as something else. */
  public static String scalar(String text) {
    return PLAIN.matcher(text).matches() && !OTHER.matcher(text).matches()
        ? text
        : JsonValue.of(text).toString(); // a JSON string is a YAML string
  }
}
