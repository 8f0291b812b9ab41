package dev.nexusdelta.agent.shape;

import dev.nexusdelta.agent.json.JsonReader;

/** A bad value as messages show it: short, whatever was sent. */
final class Excerpt {
  private static final int LENGTH = 40;

  private Excerpt() {}

  static String of(JsonReader in) {
    return switch (in.kind()) {
      case STRING -> "the string \"" + of(in.string()) + "\"";
      case NUMBER -> "the number " + of(in.string());
      case BOOLEAN -> String.valueOf(in.bool());
      default -> in.kind().words();
    };
  }

  static String of(String text) {
    return text.length() <= LENGTH ? text : text.substring(0, LENGTH) + "…";
  }
}
