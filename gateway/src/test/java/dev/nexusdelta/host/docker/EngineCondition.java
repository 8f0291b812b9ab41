package dev.nexusdelta.host.docker;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.platform.commons.support.AnnotationSupport;

/** See {@link NeedsEngine}. The engine is asked once; processes share it by a lock on a file. */
final class EngineCondition implements ExecutionCondition, BeforeEachCallback, AfterEachCallback {
  private static final Namespace OURS = Namespace.create(EngineCondition.class);
  private static final Path LOCK = Path.of("target/engine.lock");
  private static final Duration PATIENCE = Duration.ofSeconds(5);

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

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    FileChannel file =
        FileChannel.open(
            LOCK, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    context.getStore(OURS).put(LOCK, file);
    file.lock(0, Long.MAX_VALUE, !alone(context));
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    // Closing gives the lock up.
    context.getStore(OURS).remove(LOCK, FileChannel.class).close();
  }

  private static boolean alone(ExtensionContext context) {
    return AnnotationSupport.findAnnotation(context.getElement(), NeedsEngine.class)
        .or(() -> AnnotationSupport.findAnnotation(context.getTestClass(), NeedsEngine.class))
        .map(NeedsEngine::alone)
        .orElse(false);
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
