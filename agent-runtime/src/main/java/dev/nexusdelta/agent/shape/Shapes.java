package dev.nexusdelta.agent.shape;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Finds the shape of a Java type. Building is for one thread; what was built is thread-safe. */
public final class Shapes {
  private final NotesReader notesReader;
  private final Map<Type, RecordShape> records = new HashMap<>();
  private final Map<Class<?>, Shape> found = new ConcurrentHashMap<>();
  private final AnyShape any = new AnyShape(this::ofValue);

  /**
   * @param notesReader reads the author's annotations
   */
  public Shapes(NotesReader notesReader) {
    this.notesReader = notesReader;
  }

  /**
   * Shape of a type.
   *
   * @throws ShapeException if the type cannot be had in JSON
   */
  public Shape of(Type type) {
    return of(type, Notes.NONE, Map.of());
  }

  /** Shape of a method's parameters, read as an array in this order. */
  public Shape ofParameters(List<Parameter> parameters) {
    Properties properties = new Properties();
    for (Parameter parameter : parameters) {
      Notes notes = notesReader.of(parameter, parameter.getAnnotatedType());
      String name = notes.name() == null ? parameter.getName() : notes.name();
      properties.add(property(name, parameter.getParameterizedType(), notes, Map.of()));
    }
    return new ParametersShape(properties);
  }

  private Property property(String name, Type type, Notes notes, Map<TypeVariable<?>, Type> bound) {
    try {
      return new Property(name, of(type, notes, bound), notes);
    } catch (ShapeException e) {
      throw e.at(name);
    }
  }

  private Shape of(Type type, Notes notes, Map<TypeVariable<?>, Type> bound) {
    if (type instanceof Class<?> raw) {
      return ofClass(raw, List.of(), notes, bound);
    }
    if (type instanceof ParameterizedType generic) {
      return ofClass(
          (Class<?>) generic.getRawType(), List.of(generic.getActualTypeArguments()), notes, bound);
    }
    if (type instanceof TypeVariable<?> variable) {
      Type actual = bound.get(variable);
      return actual == null ? any : of(actual, notes, bound);
    }
    if (type instanceof WildcardType wildcard) {
      return of(wildcard.getUpperBounds()[0], notes, bound);
    }
    GenericArrayType array = (GenericArrayType) type;
    Shape element = of(array.getGenericComponentType(), notes.ofElements(), bound);
    return new ListShape(
        ListShape.Store.ARRAY, Types.raw(array.getGenericComponentType()), element, notes);
  }

  private Shape ofClass(
      Class<?> raw, List<Type> arguments, Notes notes, Map<TypeVariable<?>, Type> bound) {
    Class<?> type = Types.boxed(raw);
    if (type == Object.class) {
      return any;
    }
    if (type == Void.class) {
      return new VoidShape();
    }
    if (type.isRecord()) {
      refuseLimits(notes, false, false, false, type);
      return record(type, Types.resolved(arguments, bound));
    }
    if ((type.isArray() && type != byte[].class) || Iterable.class.isAssignableFrom(type)) {
      return list(type, arguments, notes, bound);
    }
    if (Map.class.isAssignableFrom(type)) {
      return map(type, arguments, notes, bound);
    }
    return optionalOrPlain(type, arguments, notes, bound);
  }

  private Shape optionalOrPlain(
      Class<?> type, List<Type> arguments, Notes notes, Map<TypeVariable<?>, Type> bound) {
    if (type == Optional.class) {
      return new OptionalShape(type, of(argument(arguments, 0), notes, bound));
    }
    if (type == OptionalInt.class || type == OptionalLong.class || type == OptionalDouble.class) {
      Class<?> number =
          type == OptionalInt.class
              ? Integer.class
              : type == OptionalLong.class ? Long.class : Double.class;
      return new OptionalShape(type, of(number, notes, bound));
    }
    if (type == Boolean.class) {
      refuseLimits(notes, false, false, false, type);
      return new BooleanShape();
    }
    if (NumberShape.isIntegral(type)
        || type == Double.class
        || type == Float.class
        || type == BigDecimal.class
        || type == Number.class) {
      refuseLimits(notes, true, false, false, type);
      return new NumberShape(type, notes);
    }
    if (type.isEnum()) {
      refuseLimits(notes, false, false, false, type);
      return new EnumShape(type);
    }
    TextShape.Form form = Texts.of(type);
    if (form == null) {
      throw unsupported(type);
    }
    refuseLimits(notes, false, true, false, type);
    return new TextShape(form, notes);
  }

  private Shape list(
      Class<?> type, List<Type> arguments, Notes notes, Map<TypeVariable<?>, Type> bound) {
    if (type.isArray()) {
      Class<?> component = type.getComponentType();
      Shape element = of(component, notes.ofElements(), bound);
      return new ListShape(ListShape.Store.ARRAY, component, element, notes);
    }
    boolean set = Set.class.isAssignableFrom(type);
    boolean readable =
        type.isAssignableFrom(ArrayList.class)
            || (set && type.isAssignableFrom(LinkedHashSet.class));
    if (!readable) {
      throw new ShapeException(
          type.getName() + " is not supported: use List, Set, Collection or an array");
    }
    Shape element = of(argument(arguments, 0), notes.ofElements(), bound);
    return new ListShape(
        set ? ListShape.Store.SET : ListShape.Store.LIST, Object.class, element, notes);
  }

  private Shape map(
      Class<?> type, List<Type> arguments, Notes notes, Map<TypeVariable<?>, Type> bound) {
    if (!type.isAssignableFrom(LinkedHashMap.class)) {
      throw new ShapeException(type.getName() + " is not supported: use Map");
    }
    refuseLimits(notes, false, false, true, type);
    Type key = Types.resolved(arguments.isEmpty() ? String.class : arguments.get(0), bound);
    Shape values = of(argument(arguments, 1), Notes.NONE, bound);
    if (key instanceof Class<?> constants && constants.isEnum()) {
      return new MapShape(new EnumShape(constants), values, notes);
    }
    if (key != String.class && key != Object.class) {
      throw new ShapeException(
          "keys of type " + key.getTypeName() + " are not supported: use String or an enum");
    }
    return new MapShape(null, values, notes);
  }

  private Shape record(Class<?> type, List<Type> arguments) {
    Type key = arguments.isEmpty() ? type : new Types.Generic(type, arguments);
    RecordShape known = records.get(key);
    if (known != null) {
      return known;
    }
    RecordShape shape = new RecordShape(type);
    records.put(key, shape);
    Map<TypeVariable<?>, Type> bound = Types.bound(type, arguments);
    for (RecordComponent component : type.getRecordComponents()) {
      Notes notes = notesReader.of(component, component.getAnnotatedType());
      String name = notes.name() == null ? component.getName() : notes.name();
      try {
        shape.properties().add(property(name, component.getGenericType(), notes, bound));
      } catch (ShapeException e) {
        records.remove(key);
        throw e.at("record " + type.getSimpleName());
      }
    }
    return shape;
  }

  /** Shape of a value whose static type says nothing. */
  private Shape ofValue(Object value) {
    return found.computeIfAbsent(
        value.getClass(),
        type -> {
          if (value instanceof Map) {
            return new MapShape(null, any, Notes.NONE);
          }
          if (value instanceof Iterable) {
            return new ListShape(ListShape.Store.LIST, Object.class, any, Notes.NONE);
          }
          if (value instanceof Enum<?> constant) {
            return new EnumShape(constant.getDeclaringClass());
          }
          synchronized (records) {
            return of(type);
          }
        });
  }

  private Type argument(List<Type> arguments, int place) {
    return arguments.size() > place ? arguments.get(place) : Object.class;
  }

  private static void refuseLimits(
      Notes notes, boolean numbers, boolean text, boolean items, Class<?> type) {
    @Nullable String wrong = null;
    if (notes.limitsNumbers() && !numbers) {
      wrong = "min and max are for numbers";
    } else if (notes.limitsText() && !text) {
      wrong = "minLength, maxLength and pattern are for text";
    } else if (notes.limitsItems() && !items) {
      wrong = "minItems and maxItems are for lists and maps";
    }
    if (wrong != null) {
      throw new ShapeException(wrong + ", not for " + type.getSimpleName());
    }
  }

  private static ShapeException unsupported(Class<?> type) {
    return new ShapeException(
        "type "
            + type.getName()
            + " is not supported: use a record, enum, List, Set, Map, Optional, array, number,"
            + " boolean, String, UUID, URI, a java.time type, or Object for any JSON");
  }
}
