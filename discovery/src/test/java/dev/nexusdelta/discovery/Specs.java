package dev.nexusdelta.discovery;

import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.ManifestReader;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/** Specs and releases for tests, and waiting with a deadline. */
public final class Specs {
  private static final Instant THEN = Instant.parse("2026-01-01T00:00:00.123456789Z");

  private Specs() {}

  public static Manifest manifest(String name) {
    return ManifestReader.read(
            "name: " + name + "\nrun: {java: A.java}\nenv: {A: '${env:B}'}\nscale: {max: 3}")
        .fold(
            it -> it,
            faults -> {
              throw new AssertionError(faults.toString());
            });
  }

  public static AgentSpec spec(String name, long revision) {
    return new AgentSpec(
        new AgentName(name),
        manifest(name),
        true,
        OptionalInt.of(2),
        3,
        revision,
        "code",
        Optional.of("hash"),
        false,
        THEN,
        "test");
  }

  public static AgentSpec deleted(AgentSpec spec) {
    return new AgentSpec(
        spec.name(),
        spec.manifest(),
        false,
        OptionalInt.empty(),
        spec.generation(),
        spec.revision() + 1,
        spec.codeHash(),
        Optional.empty(),
        true,
        spec.updated(),
        "test");
  }

  public static Release release(String agent, String id, Instant created) {
    return new Release(
        new AgentName(agent),
        id,
        "1.0.0",
        manifest(agent),
        "code",
        1,
        100,
        List.of(new ToolInfo("t", "d", "{}", "", true, true, false)),
        created);
  }

  public static Release release(String agent, String id) {
    return release(agent, id, THEN);
  }

  public static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (java.util.concurrent.ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new AssertionError(e.getCause());
    } catch (InterruptedException | java.util.concurrent.TimeoutException e) {
      throw new AssertionError("not completed within 20 s", e);
    }
  }
}
