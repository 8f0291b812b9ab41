package dev.nexusdelta.host.docker;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** See {@link NeedsEngine}. The engine is asked once. */
final class EngineCondition implements ExecutionCondition {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Empty = it answers, else why not. */
  private static final class Asked {
    private static final String TROUBLE = ask();
  }

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (context.getTestMethod().isEmpty()) {
      return ConditionEvaluationResult.enabled("decided for each test");
    }
    if (Asked.TROUBLE.isEmpty()) {
      return ConditionEvaluationResult.enabled("an engine answers");
    }
    if (Boolean.parseBoolean(System.getenv("CI"))) {
      throw new AssertionError(Asked.TROUBLE);
    }
    return ConditionEvaluationResult.disabled(Asked.TROUBLE);
  }

  /** What {@code DOCKER_HOST} says to tests. */
  static EngineAddress address() {
    return EngineAddress.of(System.getenv().getOrDefault("DOCKER_HOST", ""));
  }

  private static String ask() {
    try (EngineClients clients = new EngineClients(address(), PATIENCE)) {
      CompletableFuture.runAsync(() -> clients.calls().pingCmd().exec())
          .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      return "";
    } catch (Exception e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      return "no container engine answers at %s: %s".formatted(address(), cause);
    }
  }
}
