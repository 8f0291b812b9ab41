package dev.nexusdelta.host.docker;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * These tests run against a real engine: the one that {@code DOCKER_HOST} names, or that of the
 * usual socket. Where none answers, each test is skipped with the reason; with {@code CI=true} it
 * fails. Such classes have no {@code @BeforeAll} that needs the engine.
 *
 * <p>They run one after the other, and alone: containers, networks and layers of images have one
 * engine, and a gateway's have one name there. A class of which some methods need it is tagged so
 * itself.
 */
@Tag("alone")
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(EngineCondition.class)
public @interface NeedsEngine {}
