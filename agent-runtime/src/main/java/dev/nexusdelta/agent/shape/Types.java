package dev.nexusdelta.agent.shape;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Java's reflected types, with type variables replaced by what they stand for. */
final class Types {
  private static final Map<Class<?>, Class<?>> BOXED =
      Map.of(
          int.class, Integer.class,
          long.class, Long.class,
          double.class, Double.class,
          boolean.class, Boolean.class,
          float.class, Float.class,
          short.class, Short.class,
          byte.class, Byte.class,
          char.class, Character.class,
          void.class, Void.class);

  private Types() {}

  /** A generic type whose arguments are known. */
  record Generic(Class<?> raw, List<Type> arguments) implements ParameterizedType {
    @Override
    public Type[] getActualTypeArguments() {
      return arguments.toArray(Type[]::new);
    }

    @Override
    public Type getRawType() {
      return raw;
    }

    @Override
    public @Nullable Type getOwnerType() {
      return null;
    }
  }

  static Class<?> boxed(Class<?> type) {
    return type.isPrimitive() ? BOXED.getOrDefault(type, type) : type;
  }

  static Class<?> raw(Type type) {
    if (type instanceof Class<?> raw) {
      return raw;
    }
    if (type instanceof ParameterizedType generic) {
      return (Class<?>) generic.getRawType();
    }
    return type instanceof GenericArrayType array
        ? raw(array.getGenericComponentType()).arrayType()
        : Object.class;
  }

  static Map<TypeVariable<?>, Type> bound(Class<?> type, List<Type> arguments) {
    TypeVariable<?>[] variables = type.getTypeParameters();
    Map<TypeVariable<?>, Type> bound = new HashMap<>();
    for (int i = 0; i < Math.min(variables.length, arguments.size()); i++) {
      bound.put(variables[i], arguments.get(i));
    }
    return bound;
  }

  static List<Type> resolved(List<Type> types, Map<TypeVariable<?>, Type> bound) {
    List<Type> resolved = new ArrayList<>(types.size());
    for (Type type : types) {
      resolved.add(resolved(type, bound));
    }
    return resolved;
  }

  static Type resolved(Type type, Map<TypeVariable<?>, Type> bound) {
    if (type instanceof TypeVariable<?> variable) {
      Type actual = bound.get(variable);
      return actual == null ? Object.class : actual;
    }
    if (type instanceof WildcardType wildcard) {
      return resolved(wildcard.getUpperBounds()[0], bound);
    }
    return type instanceof ParameterizedType generic
        ? new Generic(
            (Class<?>) generic.getRawType(),
            resolved(List.of(generic.getActualTypeArguments()), bound))
        : type;
  }
}
