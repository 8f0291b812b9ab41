package dev.nexusdelta.host.docker;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * These tests run against a real engine: the one that {@code DOCKER_HOST} names, or that of the
 * usual socket. Where none answers, each test is skipped with the reason; with {@code CI=true} it
 * fails. Such classes have no {@code @BeforeAll} that needs the engine.
 *
 * <p>Tests run in several processes at once. Those that look at all that the engine has, or use the
 * names that gateways have outside of tests, are {@code alone} with it.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(EngineCondition.class)
public @interface NeedsEngine {
  /** True if no other test may use the engine meanwhile. */
  boolean alone() default false;
}
