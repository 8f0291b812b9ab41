package dev.nexusdelta.agent;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says more about a tool's parameter or a record's component. Limits of numbers and text on a list
 * hold for its elements. A parameter is required unless it has a default, is an {@code Optional},
 * or is marked with any annotation called {@code Nullable}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.PARAMETER, ElementType.RECORD_COMPONENT})
public @interface Param {
  /** No default. */
  String NO_DEFAULT = "\0";

  /** Description, for people and language models. */
  String value() default "";

  /** Name as callers write it; empty = as in Java. */
  String name() default "";

  /** Value if none is sent: JSON, or plain text where a string or an enum is wanted. */
  String defaultValue() default NO_DEFAULT;

  /** Smallest number. */
  double min() default Double.NEGATIVE_INFINITY;

  /** Largest number. */
  double max() default Double.POSITIVE_INFINITY;

  /** Fewest characters (Unicode code points). */
  int minLength() default 0;

  /** Most characters (Unicode code points). */
  int maxLength() default Integer.MAX_VALUE;

  /** Regular expression that is found in the text; anchor it to match the whole. */
  String pattern() default "";

  /** Fewest elements of a list, or entries of a map. */
  int minItems() default 0;

  /** Most elements of a list, or entries of a map. */
  int maxItems() default Integer.MAX_VALUE;
}
