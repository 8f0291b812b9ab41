package dev.nexusdelta.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;

/** Why a text is no JSON, in words that may be shown and kept. */
public final class JsonFault {
  private JsonFault() {}

  /**
   * The parser's first line, without the word that it did not understand: that may be a secret
   * which somebody forgot to quote. No position.
   */
  public static String text(JsonProcessingException e) {
    return e.getOriginalMessage()
        .replaceFirst("^Unrecognized token '[^']*'", "Unrecognized token")
        .lines()
        .findFirst()
        .orElse("malformed");
  }
}
