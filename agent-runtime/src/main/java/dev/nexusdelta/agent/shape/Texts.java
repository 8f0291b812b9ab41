package dev.nexusdelta.agent.shape;

import dev.nexusdelta.agent.shape.TextShape.Form;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The Java types that travel as strings. */
final class Texts {
  private Texts() {}

  /** Form of a type; null if it is none of these. One by one, so that few classes are loaded. */
  static @Nullable Form of(Class<?> type) {
    if (type == String.class || type == CharSequence.class) {
      return new Form("a string", "", "", text -> text, Object::toString);
    }
    if (type == Character.class) {
      return new Form("one character", "pattern", "^.$", Texts::character, Object::toString);
    }
    if (type == byte[].class) {
      return new Form(
          "base64",
          "contentEncoding",
          "base64",
          text -> Base64.getDecoder().decode(text),
          bytes -> Base64.getEncoder().encodeToString((byte[]) bytes));
    }
    if (type == UUID.class) {
      return format("a UUID like 123e4567-e89b-12d3-a456-426614174000", "uuid", Texts::uuid);
    }
    return type == URI.class ? format("a URI", "uri", URI::create) : time(type);
  }

  private static @Nullable Form time(Class<?> type) {
    if (type == Instant.class) {
      return format("a time like 2026-01-31T12:00:00Z", "date-time", Instant::parse);
    }
    if (type == OffsetDateTime.class) {
      return format("a time like 2026-01-31T12:00:00+01:00", "date-time", OffsetDateTime::parse);
    }
    if (type == ZonedDateTime.class) {
      return format("a time like 2026-01-31T12:00:00+01:00", "date-time", ZonedDateTime::parse);
    }
    if (type == LocalDate.class) {
      return format("a date like 2026-01-31", "date", LocalDate::parse);
    }
    if (type == LocalTime.class) {
      return new Form("a time like 12:00:00", "", "", LocalTime::parse, Object::toString);
    }
    if (type == LocalDateTime.class) {
      return new Form(
          "a time like 2026-01-31T12:00:00", "", "", LocalDateTime::parse, Object::toString);
    }
    return type == Duration.class
        ? format("a duration like PT1.5S", "duration", Duration::parse)
        : null;
  }

  private static Form format(String words, String format, Form.Parser parser) {
    return new Form(words, "format", format, parser, Object::toString);
  }

  private static Object character(String text) {
    if (text.length() != 1) {
      throw new IllegalArgumentException("not one character");
    }
    return text.charAt(0);
  }

  private static Object uuid(String text) {
    UUID uuid = UUID.fromString(text);
    if (text.length() != 36) {
      throw new IllegalArgumentException("short forms are not accepted");
    }
    return uuid;
  }
}
