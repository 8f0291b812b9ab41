package dev.nexusdelta.agent.shape;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * What an author noted about a parameter or a component of a record.
 *
 * @param name as callers write it; null = as in Java
 * @param defaultValue as JSON, or as plain text where a string is wanted; null = none
 * @param nullable marked with an annotation called {@code Nullable}
 */
public record Notes(
    String description,
    @Nullable String name,
    @Nullable String defaultValue,
    double min,
    double max,
    int minLength,
    int maxLength,
    String pattern,
    int minItems,
    int maxItems,
    boolean nullable) {

  /** Nothing noted. */
  public static final Notes NONE =
      new Notes(
          "",
          null,
          null,
          Double.NEGATIVE_INFINITY,
          Double.POSITIVE_INFINITY,
          0,
          Integer.MAX_VALUE,
          "",
          0,
          Integer.MAX_VALUE,
          false);

  /** Checks that the limits leave room for a value. */
  public Notes {
    if (min > max || Double.isNaN(min) || Double.isNaN(max)) {
      throw new ShapeException("min " + min + " is above max " + max);
    }
    if (minLength < 0 || minLength > maxLength) {
      throw new ShapeException(
          "minLength " + minLength + " is not within 0 and maxLength " + maxLength);
    }
    if (minItems < 0 || minItems > maxItems) {
      throw new ShapeException(
          "minItems " + minItems + " is not within 0 and maxItems " + maxItems);
    }
    try {
      if (!pattern.isEmpty()) {
        Pattern.compile(pattern);
      }
    } catch (PatternSyntaxException e) {
      throw new ShapeException(
          "pattern \"" + pattern + "\" is no regular expression: " + e.getDescription());
    }
  }

  boolean limitsNumbers() {
    return min != Double.NEGATIVE_INFINITY || max != Double.POSITIVE_INFINITY;
  }

  boolean limitsText() {
    return minLength > 0 || maxLength < Integer.MAX_VALUE || !pattern.isEmpty();
  }

  boolean limitsItems() {
    return minItems > 0 || maxItems < Integer.MAX_VALUE;
  }

  /** The same without the limits of a list, which its elements do not share. */
  Notes ofElements() {
    return new Notes(
        "", null, null, min, max, minLength, maxLength, pattern, 0, Integer.MAX_VALUE, false);
  }
}
