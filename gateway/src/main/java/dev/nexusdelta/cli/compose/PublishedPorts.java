package dev.nexusdelta.cli.compose;

import dev.nexusdelta.manifest.PlacedYaml;
import dev.nexusdelta.manifest.PlacedYaml.Fields;
import dev.nexusdelta.manifest.PlacedYaml.Items;
import dev.nexusdelta.manifest.PlacedYaml.Nothing;
import dev.nexusdelta.manifest.PlacedYaml.Text;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The first of a service's {@code ports}; an agent has one.
 *
 * @param published on the machine; empty = any
 * @param target inside the container
 */
record PublishedPorts(OptionalInt published, OptionalInt target) {
  static final PublishedPorts NONE = new PublishedPorts(OptionalInt.empty(), OptionalInt.empty());

  private static final Pattern SHORT =
      Pattern.compile(
          "(?:(?:\\[[^]]*]|[0-9]+\\.[0-9.]+):)?(?:([0-9]{1,5})?(?:-[0-9]{1,5})?:)?([0-9]{1,5})(?:-[0-9]{1,5})?(?:/(tcp|udp))?");

  static PublishedPorts read(PlacedYaml value, Variables variables, Findings findings) {
    if (value instanceof Nothing) {
      return NONE;
    }
    if (!(value instanceof Items items)) {
      findings.fault(
          value, "ports is " + value.kind() + "; expected a list such as [\"8081:8081\"]");
      return NONE;
    }
    PublishedPorts first = NONE;
    for (PlacedYaml item : items.items()) {
      PublishedPorts port = one(item, variables, findings);
      if (first.target().isEmpty()) {
        first = port;
      } else if (port.target().isPresent()) {
        findings.ignore("further ports", item.line(), "an agent has one, the first");
      }
    }
    return first;
  }

  private static PublishedPorts one(PlacedYaml item, Variables variables, Findings findings) {
    if (item instanceof Fields fields) {
      return new PublishedPorts(
          number(fields.fields().get("published"), variables),
          number(fields.fields().get("target"), variables));
    }
    if (item instanceof Text text) {
      Matcher port = SHORT.matcher(variables.filled(text));
      if (port.matches()) {
        return "udp".equals(port.group(3))
            ? NONE
            : new PublishedPorts(number(port.group(1)), number(port.group(2)));
      }
    }
    findings.fault(item, "a port is not PUBLISHED:TARGET such as \"8081:8081\"");
    return NONE;
  }

  private static OptionalInt number(
      @org.jspecify.annotations.Nullable PlacedYaml value, Variables variables) {
    return value instanceof Text text
        ? number(variables.filled(text).replaceFirst("-.*", ""))
        : OptionalInt.empty();
  }

  static OptionalInt number(@org.jspecify.annotations.Nullable String text) {
    return text != null && text.strip().matches("[0-9]{1,5}")
        ? OptionalInt.of(Integer.parseInt(text.strip()))
        : OptionalInt.empty();
  }
}
