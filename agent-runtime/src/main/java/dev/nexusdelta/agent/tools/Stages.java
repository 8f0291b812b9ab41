package dev.nexusdelta.agent.tools;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Results that come later and say so: completion stages, and futures that can become one. */
public final class Stages {
  private static final String CONVERSION = "toCompletionStage";

  private static final ClassValue<Optional<Method>> CONVERSIONS =
      new ClassValue<>() {
        @Override
        protected Optional<Method> computeValue(Class<?> type) {
          return Optional.ofNullable(conversion(type));
        }
      };

  private Stages() {}

  /**
   * Whether a tool of this type answers later. Any type with a method {@code toCompletionStage()}
   * does, whichever library it is of.
   */
  public static boolean isStage(Class<?> type) {
    return CompletionStage.class.isAssignableFrom(type) || CONVERSIONS.get(type).isPresent();
  }

  static @Nullable CompletionStage<?> of(@Nullable Object result) {
    if (result instanceof CompletionStage<?> stage) {
      return stage;
    }
    if (result == null) {
      return null;
    }
    Optional<Method> conversion = CONVERSIONS.get(result.getClass());
    if (conversion.isEmpty()) {
      return null;
    }
    try {
      return (CompletionStage<?>) conversion.get().invoke(result);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot await " + result.getClass().getName(), e);
    }
  }

  static void cancel(CompletionStage<?> stage) {
    try {
      CompletableFuture<?> future = stage.toCompletableFuture();
      future.cancel(true);
    } catch (UnsupportedOperationException e) {
      // This stage cannot be cancelled; its result will be dropped.
    }
  }

  private static @Nullable Method conversion(Class<?> type) {
    if (type.isRecord() || type.isPrimitive() || type.getName().startsWith("java.")) {
      return null;
    }
    for (Class<?> each : type.getInterfaces()) {
      Method method = conversion(each);
      if (method != null) {
        return method;
      }
    }
    for (Method method : type.getMethods()) {
      if (method.getName().equals(CONVERSION)
          && method.getParameterCount() == 0
          && CompletionStage.class.isAssignableFrom(method.getReturnType())
          && Modifier.isPublic(method.getDeclaringClass().getModifiers())) {
        return method;
      }
    }
    return null;
  }

  /** What really happened, without the wrappings of futures. */
  static Throwable unwrapped(Throwable thrown) {
    Throwable cause = thrown;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
