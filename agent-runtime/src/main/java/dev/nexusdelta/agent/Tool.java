package dev.nexusdelta.agent;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a public method a tool. Its parameters and result may be records, enums, lists, sets, maps,
 * arrays, {@code Optional}, numbers, booleans, strings, {@code java.time} types, {@code Object} for
 * any JSON, and all of these nested; one parameter may be a {@link ToolContext}. It may block. A
 * result that is a {@code CompletionStage}, a {@code Future} or has a method {@code
 * toCompletionStage()} is awaited. The items of a {@code Flow.Publisher} go to the caller as they
 * come; see {@link Items}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Tool {
  /** Name; empty = the method's in snake case: {@code processData} is {@code process_data}. */
  String name() default "";

  /** What it does, for people and language models. */
  String description() default "";

  /** Changes nothing: may be called again at any time. */
  boolean readOnly() default false;

  /** Called twice with the same parameters, it has done the same as called once. */
  boolean idempotent() default false;

  /** May destroy something that was there before. */
  boolean destructive() default false;
}
