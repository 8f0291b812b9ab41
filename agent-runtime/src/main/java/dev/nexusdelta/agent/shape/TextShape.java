package dev.nexusdelta.agent.shape;

import dev.nexusdelta.agent.json.JsonReader;
import dev.nexusdelta.agent.json.JsonWriter;
import dev.nexusdelta.agent.json.Unicode;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Strings, and types that travel as strings of a certain form. */
final class TextShape implements Shape {
  /** One Java type as text. */
  record Form(String words, String keyword, String keywordValue, Parser parser, Printer printer) {
    /** Text to value; any runtime exception means that the text is not of the form. */
    @FunctionalInterface
    interface Parser {
      Object parse(String text);
    }

    /** Value to text. */
    @FunctionalInterface
    interface Printer {
      String print(Object value);
    }
  }

  private final Form form;
  private final int minLength;
  private final int maxLength;
  private final @Nullable Pattern pattern;

  TextShape(Form form, Notes notes) {
    this.form = form;
    this.minLength = notes.minLength();
    this.maxLength = notes.maxLength();
    this.pattern = notes.pattern().isEmpty() ? null : Pattern.compile(notes.pattern());
  }

  @Override
  public @Nullable Object read(JsonReader in, Faults faults) {
    return is(JsonReader.Kind.STRING, in, faults) ? parse(in.string(), in, faults) : null;
  }

  private @Nullable Object parse(String text, JsonReader in, Faults faults) {
    if (!Unicode.isSound(text)) {
      faults.add(in.pointer(), "must be Unicode text, but has half of a surrogate pair");
      return null;
    }
    int length = text.codePointCount(0, text.length());
    if (length < minLength || length > maxLength) {
      faults.add(
          in.pointer(),
          "must have " + Limit.words(minLength, maxLength, "character") + ", not " + length);
      return null;
    }
    if (pattern != null && !pattern.matcher(text).find()) {
      faults.add(
          in.pointer(),
          "must match the pattern " + pattern + ", not be \"" + Excerpt.of(text) + "\"");
      return null;
    }
    try {
      return form.parser().parse(text);
    } catch (RuntimeException e) {
      faults.add(in.pointer(), "must be " + words() + ", not \"" + Excerpt.of(text) + "\"");
      return null;
    }
  }

  @Override
  public void write(JsonWriter out, Object value) {
    out.string(form.printer().print(value));
  }

  @Override
  public void keywords(SchemaWriter out) {
    out.type("string");
    if (!form.keyword().isEmpty()) {
      out.json().property(form.keyword(), form.keywordValue());
    }
    if (minLength > 0) {
      out.json().property("minLength", minLength);
    }
    if (maxLength < Integer.MAX_VALUE) {
      out.json().property("maxLength", maxLength);
    }
    if (pattern != null) {
      out.json().property("pattern", pattern.pattern());
    }
  }

  @Override
  public String words() {
    return form.words();
  }
}
