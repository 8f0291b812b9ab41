package dev.nexusdelta.sdk;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;

/**
 * Names a type with its parameters, which a {@code Class} cannot:
 *
 * <pre>{@code
 * List<Stats> all = agent.call("all_stats", Map.of(), new TypeRef<List<Stats>>() {});
 * }</pre>
 *
 * @param <T> the type
 */
public abstract class TypeRef<T> {
  private final Type type;

  /** For the braces that follow. */
  protected TypeRef() {
    if (!(getClass().getGenericSuperclass() instanceof ParameterizedType self)) {
      throw new IllegalStateException("a TypeRef names no type; write new TypeRef<List<X>>() {}");
    }
    type = self.getActualTypeArguments()[0];
  }

  /** The type that it names. */
  public final Type type() {
    return type;
  }
}
