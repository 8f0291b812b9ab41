package dev.nexusdelta.agent;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks the class whose methods marked with {@link Tool} form an agent. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Agent {
  /** Name, where the environment gives no {@code AGENT_NAME}; empty = the class's. */
  String name() default "";

  /** What the agent is for. */
  String description() default "";

  /** Version, where the environment gives no {@code AGENT_VERSION}. */
  String version() default "";
}
